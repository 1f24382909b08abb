import { mkdtemp, readdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AGENT_FILE, agentFolder } from '../../src/artifacts/agentBundle.ts'

test('the folder holds the program and nothing else: it becomes a layer of the image as it is', async () => {
  expect(await readdir(await agentFolder())).toEqual([AGENT_FILE])
})

test('an unbuilt project is told to be built', async () => {
  const unbuilt = await mkdtemp(join(tmpdir(), 'storyarch-unbuilt-'))
  await expect(agentFolder(unbuilt)).rejects.toMatchObject({
    fact: 'The agent is not built.',
    nextAct: 'Run `npm run build`.',
  })
  await rmdir(unbuilt)
})
