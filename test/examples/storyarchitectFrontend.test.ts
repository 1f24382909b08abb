import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bundleBrowser } from '../../scripts/bundle-browser.ts'

const FRONTEND = 'examples/storyarchitect/frontend'

test('its copy of the types of storyarch.js is what ships with the module', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-types-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await bundleBrowser(folder)
  expect(await readFile(join(FRONTEND, 'src/backend/storyarch.d.ts'), 'utf8')).toBe(
    await readFile(join(folder, 'storyarch.d.ts'), 'utf8'),
  )
})

test('its lock file names no place to download from', async () => {
  const lock = JSON.parse(await readFile(join(FRONTEND, 'package-lock.json'), 'utf8'))
  const packages: Record<string, { resolved?: string; integrity?: string }> = lock.packages
  expect(Object.keys(packages).length).toBeGreaterThan(10)
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
  for (const [path, { integrity }] of Object.entries(packages))
    if (path !== '') expect(integrity).toMatch(/^sha512-/)
})
