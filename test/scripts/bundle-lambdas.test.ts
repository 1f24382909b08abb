import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleLambdas } from '../../scripts/bundle-lambdas.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-bundle-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** The same sources in another place of the disk. */
const otherClone = async (): Promise<string> => {
  const clone = join(folder, 'a clone', 'elsewhere')
  await mkdir(clone, { recursive: true })
  await cp('src', join(clone, 'src'), { recursive: true })
  await cp('package.json', join(clone, 'package.json'))
  await symlink(resolve('node_modules'), join(clone, 'node_modules'))
  return clone
}

test('the same sources give the same bytes, wherever they lie and are built to', async () => {
  const [here, there] = [join(folder, 'one'), join(folder, 'another', 'two')]
  await bundleLambdas(here)
  await bundleLambdas(there, await otherClone())
  const files = (await readdir(here)).filter(name => !name.endsWith('.map'))
  expect(files.sort()).toEqual(['index.json', 'task-manager.zip', 'task-monitor.zip'])
  for (const file of files)
    expect(await readFile(join(there, file))).toEqual(await readFile(join(here, file)))
})

test('a zip holds the code alone; its source map lies beside it', async () => {
  await bundleLambdas(folder)
  const zip = unzipSync(await readFile(join(folder, 'task-manager.zip')))
  expect(Object.keys(zip)).toEqual(['index.mjs'])
  const map = JSON.parse(await readFile(join(folder, 'task-manager.mjs.map'), 'utf8'))
  expect(map.sources).toContainEqual(expect.stringContaining('task-manager.ts'))
})

test('the bundle stays lean', async () => {
  await bundleLambdas(folder)
  expect((await readFile(join(folder, 'task-manager.zip'))).length).toBeLessThan(120_000)
})
