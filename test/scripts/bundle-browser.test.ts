import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleBrowser } from '../../scripts/bundle-browser.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-bundle-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the same sources give the same bytes, wherever they lie', async () => {
  const clone = join(folder, 'a clone', 'elsewhere')
  await mkdir(clone, { recursive: true })
  await cp('src/runtime', join(clone, 'src/runtime'), { recursive: true })
  await bundleBrowser(join(folder, 'here'))
  await bundleBrowser(join(folder, 'there'), clone)
  for (const file of ['storyarch.js', 'storyarch.d.ts'])
    expect(await readFile(join(folder, 'there', file))).toEqual(await readFile(join(folder, 'here', file)))
})

test('a page loads at most 3 kB', async () => {
  await bundleBrowser(folder)
  expect(gzipSync(await readFile(join(folder, 'storyarch.js')), { level: 9 }).length).toBeLessThan(3000)
})

test('it is one module that needs no other, with its types beside it', async () => {
  await bundleBrowser(folder)
  const code = await readFile(join(folder, 'storyarch.js'), 'utf8')
  expect(code).not.toMatch(/\bimport\b(?!\.meta)/)
  expect(Object.keys(await import(join(folder, 'storyarch.js')))).toEqual(['connect'])
  expect(await readFile(join(folder, 'storyarch.d.ts'), 'utf8')).toContain('declare const connect: Connect')
})
