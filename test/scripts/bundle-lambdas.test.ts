import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleLambdas } from '../../scripts/bundle-lambdas.ts'
import { otherClone } from './otherClone.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-bundle-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the same sources give the same bytes, wherever they lie and are built to', async () => {
  const [here, there] = [join(folder, 'one'), join(folder, 'another', 'two')]
  await bundleLambdas(here)
  await bundleLambdas(there, await otherClone(folder))
  const files = (await readdir(here)).filter(name => !name.endsWith('.map'))
  expect(files.sort()).toEqual(['index.json', 'task-manager.zip', 'task-monitor.zip'])
  for (const file of files)
    expect(await readFile(join(there, file))).toEqual(await readFile(join(here, file)))
})

test('a zip holds the code alone; its source map lies beside it', async () => {
  await bundleLambdas(folder)
  const zip = unzipSync(await readFile(join(folder, 'task-manager.zip')))
  expect(Object.keys(zip)).toEqual(['index.cjs'])
  const map = JSON.parse(await readFile(join(folder, 'task-manager.cjs.map'), 'utf8'))
  expect(map.sources).toContainEqual(expect.stringContaining('task-manager.ts'))
})

/** Which AWS operations each handler calls: a bundle holds these and no other. */
const SHARED = [
  'GetItem',
  'UpdateItem',
  'RunTask',
  'DescribeTasks',
  'ListTasks',
  'StopTask',
  'DescribeNetworkInterfaces',
  'PutMetricData',
] as const

const CALLS = { 'task-manager': [...SHARED, 'GetParameter'], 'task-monitor': SHARED } as const

/** Every operation our client knows. */
const KNOWN = [...SHARED, 'GetParameter', 'GetObject', 'PutObject', 'ListObjectVersions']

test.for(Object.entries(CALLS))('%s holds the operations it calls and no other', async ([name, calls]) => {
  await bundleLambdas(folder)
  const code = Buffer.from(
    unzipSync(await readFile(join(folder, `${name}.zip`)))['index.cjs'] ?? [],
  ).toString()
  expect(KNOWN.filter(operation => code.includes(`"${operation}"`))).toEqual(calls)
})

test.for(Object.keys(CALLS))('%s is made of our own code and the signer', async name => {
  await bundleLambdas(folder)
  const map = JSON.parse(await readFile(join(folder, `${name}.cjs.map`), 'utf8'))
  const foreign = (map.sources as string[]).filter(
    source => !/^(src\/runtime|node_modules\/aws4)\//.test(source),
  )
  expect(foreign).toEqual([])
})

test('the bundles stay lean', async () => {
  await bundleLambdas(folder)
  for (const name of Object.keys(CALLS))
    expect((await readFile(join(folder, `${name}.zip`))).length).toBeLessThan(18_000)
})
