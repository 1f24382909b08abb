import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtFolder } from '../../../src/artifacts/site/buildSite.ts'
import { UserError } from '../../../src/errors.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'storyarch-build-'))
  await writeFile(join(root, 'app.js'), 'one')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const quiet = { step: (_text: string) => {}, signal: new AbortController().signal }
const COMMAND = 'mkdir -p dist && cp app.js dist/ && echo built >> ../built-$(basename "$PWD")'
const built = (command = COMMAND, install: string | null = null, making = quiet) =>
  builtFolder(
    { from: 'sources', folder: root, build: null, workFolder: join(root, '.storyarch') },
    { install, command, output: 'dist' },
    making,
  )
const log = () => `${root.replace(/[^/]*$/, '')}built-${root.split('/').at(-1)}`
const builds = async () => (await readFile(log(), 'utf8').catch(() => '')).split('\n').length - 1
afterEach(() => rm(log(), { force: true }))

describe('the build', () => {
  test('runs once for the same sources, and again when they or its output changed', async () => {
    expect(await built()).toBe(join(root, 'dist'))
    await built()
    expect(await builds()).toBe(1)
    await writeFile(join(root, 'app.js'), 'two')
    await built()
    expect(await builds()).toBe(2)
    await writeFile(join(root, 'dist/app.js'), 'touched by somebody')
    await built()
    expect(await builds()).toBe(3)
    await rm(join(root, 'dist'), { recursive: true })
    await built()
    expect(await builds()).toBe(4)
    expect(await readFile(join(root, 'dist/app.js'), 'utf8')).toBe('two')
  })

  test('installs before it builds', async () => {
    await built('cp installed dist/', 'mkdir dist && echo tool > installed')
    expect(await readFile(join(root, 'dist/installed'), 'utf8')).toBe('tool\n')
  })

  test('is not told our NODE_ENV, with which npm would leave its tools out', async () => {
    expect(process.env['NODE_ENV']).toBeDefined()
    await built('mkdir -p dist && echo "${NODE_ENV:-unset}" > dist/mode')
    expect(await readFile(join(root, 'dist/mode'), 'utf8')).toBe('unset\n')
  })

  test('that fails shows its last lines and keeps its exit code', async () => {
    const error = await built('seq 1 100; echo "syntax error in app.js" >&2; exit 7').catch(error => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error.exitCode).toBe(7)
    expect(error.fact).toContain('ended with exit code 7')
    expect(error.fact).toContain('syntax error in app.js')
    expect(error.fact).toContain('100')
    expect(error.fact).not.toContain('\n12\n')
  })

  test('that makes no output folder says which one was expected', async () => {
    await expect(built('true')).rejects.toThrow(`made no folder ${join(root, 'dist')}`)
  })

  test('that was interrupted is built again, with all it started ended', async () => {
    const stop = new AbortController()
    const step = (line: string) => {
      if (line === 'half way') stop.abort(new Error('interrupted'))
    }
    const command = 'mkdir -p dist; echo half > dist/app.js; echo half way; sleep 600'
    await expect(built(command, null, { step, signal: stop.signal })).rejects.toThrow('interrupted')
    await built()
    expect(await readFile(join(root, 'dist/app.js'), 'utf8')).toBe('one')
  })
})
