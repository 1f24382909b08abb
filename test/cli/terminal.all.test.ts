import { spawn, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { quoted } from '../../src/cli/commandLine.ts'
import type { Emulator } from '../../src/emulator/server.ts'
import { freshAws } from '../acceptance/liveStack.ts'
import { screenOf } from './progress/screen.ts'

const MINIMAL = resolve('manifests/minimal.yaml')
const LAUNCHER = resolve('bin/storyarch.js')

const why = spawnSync('script', ['--version']).status === 0 ? null : 'needs script (Debian package bsdutils)'

let aws: Emulator
beforeEach(async () => {
  aws = await freshAws()
})
afterEach(() => aws.close())

/** Runs storyarch in a terminal; types `answer` when `question` appears. Answers the exit code and what was written. */
const inTerminal = async (words: readonly string[], question: string, answer: string) => {
  const line = [process.execPath, LAUNCHER, ...words].map(quoted).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', `stty cols 100; ${line}`, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      TERM: 'xterm',
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  })
  let written = ''
  let answered = false
  child.stdout.on('data', data => {
    written += data
    if (answered || !written.includes(question)) return
    answered = true
    child.stdin.write(answer)
  })
  const code = await new Promise<number | null>(done => child.once('close', done))
  return { code, written: written.replaceAll('\r', '') }
}

describe.skipIf(why)(why ?? 'a person at a terminal', () => {
  test('is shown the plan and asked; in the end only finished lines stand on the screen', async () => {
    const { code, written } = await inTerminal(['up', '-m', MINIMAL], 'Do it? [y/N] ', 'y\n')
    expect(code).toBe(0)
    const screen = screenOf(written)
    expect(screen.filter(line => line.startsWith('created '))).toHaveLength(6)
    expect(screen.filter(line => line.startsWith('creating '))).toEqual([])
    expect(written).toContain('creating  ')
  })

  test('who says no leaves everything as it is', async () => {
    const { code, written } = await inTerminal(['up', '-m', MINIMAL], 'Do it? [y/N] ', '\n')
    expect(code).toBe(1)
    expect(written).toContain('Nothing was changed.')
    expect(aws.calls.count('dynamodb:CreateTable')).toBe(0)
  })

  test('who presses Ctrl-C at a question is out', async () => {
    const { code } = await inTerminal(['up', '-m', MINIMAL], 'Do it? [y/N] ', '\x03')
    expect(code).toBe(130)
    expect(aws.calls.count('dynamodb:CreateTable')).toBe(0)
  })

  test('must type the name of what is to be destroyed', async () => {
    await inTerminal(['up', '-m', MINIMAL], 'Do it? [y/N] ', 'y\n')
    const question = 'Type minimal/dev to destroy it: '
    const wrong = await inTerminal(['destroy', '-m', MINIMAL], question, 'minimal\n')
    expect(wrong.code).toBe(1)
    expect(aws.calls.count('dynamodb:DeleteTable')).toBe(0)
    const right = await inTerminal(['destroy', '-m', MINIMAL], question, 'minimal/dev\n')
    expect(right.code).toBe(0)
    expect(right.written).toContain('minimal/dev is gone.')
  })
})
