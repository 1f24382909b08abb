import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { storyarch } from './storyarch.ts'

let cwd = ''
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'storyarch-local-'))
})
afterEach(async () => {
  await run('local', 'stop')
  rmSync(cwd, { recursive: true, force: true })
})

const run = (...words: string[]) => storyarch(words, { cwd })
const json = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout)

describe('--local', () => {
  test('raises a stack with domains on a fresh machine: no credentials, no zone, no server yet', async () => {
    const areas = ['--only', 'infra,backend'] // the site's build needs a registry of packages
    const words = [
      'up',
      '--local',
      '-m',
      resolve('manifests/storyarchitect.yaml'),
      ...areas,
      '--yes',
      '--json',
    ]
    const first = await run(...words)
    expect(first.code).toBe(0)
    expect(first.stderr).toContain('Embedded AWS: made the hosted zone yerson.co.')
    const again = await run(...words)
    expect(again.stderr).not.toContain('made the hosted zone')
    const summary = JSON.parse(again.stdout.trim().split('\n').at(-1) ?? '')
    expect(summary).toMatchObject({ type: 'summary', writes: 0, exitCode: 0 })
  }, 60_000)
})

describe('storyarch local', () => {
  test('starts once, says where it is, keeps its state over a restart, and stops', async () => {
    expect(await json('local', 'status')).toMatchObject({ running: false })
    const { stdout: endpoint } = await run('local', 'start')
    expect((await run('local', 'start')).stdout).toBe(endpoint)
    expect(await json('local', 'status')).toMatchObject({
      running: true,
      endpoint: endpoint.trim(),
      pid: expect.any(Number),
    })
    await run('up', '--local', '-m', resolve('manifests/minimal.yaml'), '--yes')
    expect((await json('local', 'stop')).stopped).toBe(true)
    expect((await run('local', 'start')).stdout).toBe(endpoint)
    expect((await json('ls', '--local')).stacks).toHaveLength(1)
    expect((await run('local', 'reset')).code).toBe(64)
    await run('local', 'reset', '--yes')
    expect((await json('ls', '--local')).stacks).toEqual([])
    expect((await json('local', 'stop')).stopped).toBe(true)
    expect((await json('local', 'stop')).stopped).toBe(false)
  }, 60_000)

  test('is meant by STORYARCH_LOCAL too', async () => {
    const { code, stderr } = await storyarch(['ls'], { cwd, env: { STORYARCH_LOCAL: '1' } })
    expect(code).toBe(0)
    expect(stderr).toContain('(embedded AWS)')
  })

  test('rejects a latency that is no factor', async () => {
    expect(await run('local', 'start', '--latency', 'slow')).toMatchObject({ code: 64 })
  })
})
