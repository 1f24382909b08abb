import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SiteBuild, SiteRecipe } from '../../../src/artifacts/site/recipe.ts'
import { siteSource } from '../../../src/artifacts/site/siteSource.ts'

const BUILD: SiteBuild = { install: null, command: 'true', output: 'dist' }

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'storyarch-source-'))
  await write({ 'module.js': 'export {}', 'site/src/app.js': 'app', 'site/index.html': 'page' })
})
afterEach(() => rm(root, { recursive: true, force: true }))

const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

const source = (over: Partial<SiteRecipe> = {}): Promise<string> =>
  siteSource({
    from: 'sources',
    folder: join(root, 'site'),
    build: BUILD,
    workFolder: join(root, 'work'),
    revision: null,
    cache: [],
    keepSeconds: 0,
    distribution: null,
    module: join(root, 'module.js'),
    known: null,
    nowMs: 0,
    ...over,
  } as SiteRecipe)

describe('the source of a site', () => {
  test('is of 64 hex digits, the same at another time and place', async () => {
    const before = await source()
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    await utimes(join(root, 'site/src/app.js'), 1, 1)
    await rename(join(root, 'site'), join(root, 'moved'))
    expect(await source({ folder: join(root, 'moved'), workFolder: '/elsewhere', nowMs: 5 })).toBe(before)
  })

  test.each([
    ['a file changed', { 'site/src/app.js': 'other' }],
    ['a file is new', { 'site/new.js': '' }],
    [
      'an environment file changed, though git ignores it',
      { 'site/.gitignore': '', 'site/.env.local': 'A=1' },
    ],
    ['the module served beside it changed', { 'module.js': 'export const x = 1' }],
  ])('is another when %s', async (_what, files) => {
    const before = await source()
    await write(files)
    expect(await source()).not.toBe(before)
  })

  test('is another with another build or other cache rules, and not with another revision', async () => {
    const before = await source()
    expect(await source({ build: { ...BUILD, command: 'false' } } as Partial<SiteRecipe>)).not.toBe(before)
    expect(await source({ cache: [{ glob: '*', header: 'no-cache' }] })).not.toBe(before)
    expect(await source({ revision: 'abc' })).toBe(before)
  })

  test('leaves out what git ignores, from any folder of the repository, and what the build makes', async () => {
    await write({
      '.git/HEAD': 'ref',
      '.gitignore': '*.log\n/site/generated/\n',
      'site/.gitignore': 'tmp\n!keep.log\n',
      'site/src/.gitignore': '/local.js\n',
    })
    const before = await source()
    await write({
      'site/debug.log': 'x',
      'site/generated/a.js': 'x',
      'site/tmp/b.js': 'x',
      'site/src/local.js': 'x',
      'site/node_modules/c/index.js': 'x',
      'site/dist/index.html': 'x',
    })
    expect(await source()).toBe(before)
    await write({ 'site/keep.log': 'x' })
    const kept = await source()
    expect(kept).not.toBe(before)
    await write({ 'site/lib/local.js': 'x' })
    expect(await source()).not.toBe(kept)
  })

  test('takes small letters and capitals in .gitignore for what they are', async () => {
    await write({ '.git/HEAD': 'ref', '.gitignore': 'Build/\n*.LOG\n', 'site/src/build/page.js': 'one' })
    const before = await source()
    await write({ 'site/src/build/page.js': 'two' })
    expect(await source()).not.toBe(before)
  })

  test('of a folder that is uploaded as it is counts every file of it, ignored or not', async () => {
    await write({ 'site/.gitignore': 'built.js' })
    const before = await source({ build: null } as Partial<SiteRecipe>)
    await write({ 'site/built.js': 'x' })
    expect(await source({ build: null } as Partial<SiteRecipe>)).not.toBe(before)
  })

  test('cannot be told when the module was never built', async () => {
    await expect(source({ module: join(root, 'missing.js') })).rejects.toThrow(
      'The browser module is not built.',
    )
  })
})
