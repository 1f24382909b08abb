import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'

const silent = { write() {} }

const isLocal = async (env: Readonly<Record<string, string>>, ...words: string[]): Promise<boolean> => {
  let local = false
  const program = createProgram({ stdout: silent, stderr: silent, env }, async ({ flags }) => {
    local = flags.local
  })
  await program.parseAsync([...words, 'plan'], { from: 'user' })
  return local
}

test.each([
  [{}, false],
  [{ STORYARCH_LOCAL: '' }, false],
  [{ STORYARCH_LOCAL: '0' }, false],
  [{ STORYARCH_LOCAL: 'false' }, false],
  [{ STORYARCH_LOCAL: '1' }, true],
  [{ STORYARCH_LOCAL: 'true' }, true],
])('%j means the embedded AWS: %s', async (env, local) => {
  expect(await isLocal(env)).toBe(local)
  expect(await isLocal(env, '--local')).toBe(true)
})
