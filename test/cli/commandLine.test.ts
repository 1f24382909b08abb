import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandLine, quoted } from '../../src/cli/commandLine.ts'

const flags = { manifest: null, environment: null, local: false, profile: null, region: null }

test('a command to copy repeats the flags that choose the stack', () => {
  const told = { ...flags, manifest: 'my app.yaml', local: true, region: 'eu-west-1' }
  expect(commandLine('up', told, ['--yes'])).toBe(
    "storyarch up --local -m 'my app.yaml' --region eu-west-1 --yes",
  )
})

test('a command to copy keeps its other words whole', () => {
  expect(commandLine('up', flags, ['--only', 'infra, backend'])).toBe("storyarch up --only 'infra, backend'")
})

test('any word survives a shell', () => {
  const words = fc.array(
    fc.string({ unit: 'binary' }).filter(word => !word.includes('\0')),
    { minLength: 20, maxLength: 20 },
  )
  fc.assert(
    fc.property(words, all => {
      const line = all.map(quoted).join(' ')
      const said = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
      expect(said.split('\0').slice(0, -1)).toEqual(all)
    }),
    { numRuns: 20 },
  )
})
