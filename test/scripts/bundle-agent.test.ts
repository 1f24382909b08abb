import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleAgent } from '../../scripts/bundle-agent.ts'
import { otherClone } from './otherClone.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-bundle-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the same sources give the same bytes, wherever they lie and are built to', async () => {
  const [here, there] = [join(folder, 'one'), join(folder, 'another', 'two')]
  await bundleAgent(here)
  await bundleAgent(there, await otherClone(folder))
  expect(await readdir(there)).toEqual(['agent.cjs'])
  expect(await readFile(join(there, 'agent.cjs'))).toEqual(await readFile(join(here, 'agent.cjs')))
})

test('it is made of our own code and the signer', async () => {
  const out = join(folder, 'agent')
  await bundleAgent(out)
  const { sources }: { sources: string[] } = JSON.parse(await readFile(`${out}.map.json`, 'utf8'))
  expect(sources.filter(source => !/^(src\/runtime|node_modules\/aws4)\//.test(source))).toEqual([])
  expect((await readFile(join(out, 'agent.cjs'), 'utf8')).length).toBeLessThan(60_000)
})
