import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openShell } from '../../src/cli/shell.ts'

/** A terminal with a person at it, who types `typed` and then Ctrl-D. */
const personWho = (typed: string) => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true })
  const host = {
    stdin,
    stdout: { write: () => true },
    stderr: new PassThrough(),
    env: {},
    directory: '.',
    now: Date.now,
    interrupted: new AbortController().signal,
  }
  stdin.end(typed)
  return openShell(host, { json: false, input: true })
}

test('an answer is a line without what stands around it', async () => {
  expect(await personWho(' yes \n').ask('Do it? [y/N] ', '--yes')).toBe('yes')
})

test('Ctrl-D is no answer', async () => {
  expect(await personWho('').ask('Do it? [y/N] ', '--yes')).toBe('')
})
