import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { joinDashedValues } from '../../src/cli/joinDashedValues.ts'
import { createProgram } from '../../src/cli/program.ts'

const silent = { write: () => true } as unknown as NodeJS.WriteStream

const understood = async (...words: string[]) => {
  let flags = {}
  const host = { stdout: silent, stderr: silent, env: {} }
  const program = createProgram(host, async invocation => {
    flags = invocation.flags
  })
  await program.parseAsync(joinDashedValues(words, commands), { from: 'user' })
  return flags
}

test('db restore takes every version id S3 may make, also one that looks like flags', async () => {
  const letters = [...'-mVeyh_.'].map(letter => fc.constant(letter))
  const letter = fc.oneof(...letters, fc.stringMatching(/^[A-Za-z0-9._-]$/))
  const id = fc.string({ unit: letter, minLength: 3, maxLength: 32 }).filter(word => !word.startsWith('--'))
  await fc.assert(
    fc.asyncProperty(id, async version => {
      expect(await understood('db', 'restore', '--version', version)).toMatchObject({
        version,
        yes: false,
        manifest: null,
      })
    }),
  )
})

test('a flag behind an option that lacks its value is no value', async () => {
  await expect(understood('db', 'restore', '--version', '-y')).rejects.toThrow(
    "'--version <id>' argument missing",
  )
})

test('words behind other words stay as they are', () => {
  const words = ['up', '-mx.yaml', '--only', 'frontend', '-y', '--version']
  expect(joinDashedValues(words, commands)).toEqual(words)
})
