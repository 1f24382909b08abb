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
