import { describe, expect, test } from 'vitest'
import { storyarch } from './storyarch.ts'

describe('wrong words', () => {
  test.each([
    [['pln'], 'Did you mean plan?'],
    [['plan', '--exit-cod'], 'Did you mean --exit-code?'],
    [['local', 'strt'], 'Did you mean start?'],
    [['outputs', '--format', 'yaml'], 'Allowed choices are json, env, github, raw'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['completion'], "missing required argument 'shell'"],
    [['validate', 'extra'], 'too many arguments'],
    [['up', '--only', 'backed', '-m', 'manifests/notes.yaml'], '--only knows no area "backed"'],
    [['outputs', '--format', 'raw', '-m', 'manifests/notes.yaml'], '--format raw needs a name'],
    [['ls'], 'No region is named'],
    [['destroy', '--stack', 'notes', '--region', 'us-east-1'], 'is not a stack'],
  ])('%s: exit 64, and what would be right', async (words, hint) => {
    const { code, stdout, stderr } = await storyarch(words)
    expect(stderr).toContain(hint)
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  })
})

describe('global flags', () => {
  test('count before and after the command', async () => {
    const before = await storyarch(['-m', 'manifests/notes.yaml', '--json', 'validate'])
    const after = await storyarch(['validate', '--json', '-m', 'manifests/notes.yaml'])
    expect(JSON.parse(before.stdout)).toEqual({
      version: 1,
      type: 'validate',
      file: 'manifests/notes.yaml',
      valid: true,
      faults: [],
    })
    expect(after.stdout).toBe(before.stdout)
  })

  test('-e and --region stand in for what the manifest says', async () => {
    const words = ['validate', '-m', 'manifests/notes.yaml', '-e', 'staging', '--region', 'eu-west-1']
    expect((await storyarch(words)).stdout).toBe(
      'manifests/notes.yaml: valid (stack notes/staging in eu-west-1)\n',
    )
  })
})

describe('completion', () => {
  const suggested = async (...words: string[]) => {
    const { stdout } = await storyarch(['complete', '--', ...words])
    return stdout.split('\n').map(line => line.split('\t')[0])
  }

  test('suggests commands, flags of their own, global flags and values', async () => {
    expect(await suggested('')).toEqual(expect.arrayContaining(['plan', 'up', 'destroy']))
    expect(await suggested('local', '')).toEqual(expect.arrayContaining(['start', 'stop']))
    expect(await suggested('plan', '--ex')).toContain('--exit-code')
    expect(await suggested('plan', '--man')).toContain('--manifest')
    expect(await suggested('outputs', '--format', '')).toEqual(
      expect.arrayContaining(['json', 'env', 'github']),
    )
  })

  test.each(['bash', 'zsh', 'fish'])('prints a script for %s that asks the program', async shell => {
    const { code, stdout } = await storyarch(['completion', shell])
    expect(code).toBe(0)
    expect(stdout).toContain('storyarch complete -- ')
  })
})
