import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { helpTexts } from '../../src/cli/program.ts'
import { storyarch } from './storyarch.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'storyarch-launcher-'))
  writeFileSync(
    join(folder, 'old.cjs'),
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const old = () => ['--require', join(folder, 'old.cjs')]

describe('the launcher', () => {
  test('prints the version', async () => {
    expect(await storyarch(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('prints every help text as the program itself would', async () => {
    for (const [words, text] of Object.entries(helpTexts())) {
      const { code, stdout } = await storyarch([...words.split(' ').filter(Boolean), '--help'])
      expect(stdout).toBe(text)
      expect(code).toBe(0)
    }
  })

  test('explains a command asked for the other way round', async () => {
    const { stdout } = await storyarch(['help', 'plan'])
    expect(stdout).toBe(helpTexts()['plan'])
  })

  test('takes no word of an object for a command', async () => {
    expect(await storyarch(['constructor', '--help'])).toEqual(await storyarch(['nonsense', '--help']))
  })

  test('without words, helps', async () => {
    expect((await storyarch([])).stdout).toBe(helpTexts()[''])
  })

  test('started by a Node too old, runs itself with the pinned one', async () => {
    expect(await storyarch(['--version'], { nodeFlags: old() })).toMatchObject({
      code: 0,
      stdout: `${version}\n`,
    })
  })

  test('hands on the exit code of the run with the pinned Node', async () => {
    expect((await storyarch(['no-such-command'], { nodeFlags: old() })).code).toBe(64)
  })

  test('with no newer Node at hand, says so in one sentence', async () => {
    const env = { STORYARCH_RERUN: '1' }
    const { code, stdout, stderr } = await storyarch(['plan'], { nodeFlags: old(), env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      'storyarch needs Node 22.13 or newer; this is Node 20.20.2. Install a current Node.\n',
    )
  })

  test('is calm when its reader leaves', async () => {
    const { code, stderr } = await storyarch(['schema'], { readerLeaves: true })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})
