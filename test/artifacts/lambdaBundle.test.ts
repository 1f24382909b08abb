import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { lambdaBundles, lambdaZip } from '../../src/artifacts/lambdaBundle.ts'

test('every bundle has the hash that Lambda will tell', async () => {
  const bundles = await lambdaBundles()
  expect(Object.keys(bundles).sort()).toEqual(['task-manager', 'task-monitor'])
  for (const { sha256, file } of Object.values(bundles))
    expect(
      createHash('sha256')
        .update(await readFile(file))
        .digest('base64'),
    ).toBe(sha256)
})

test('a zip is found by its hash, and nothing by another', async () => {
  const { 'task-monitor': monitor } = await lambdaBundles()
  expect(await lambdaZip(monitor?.sha256 ?? '')).toEqual(await readFile(monitor?.file ?? ''))
  await expect(lambdaZip('of something else')).rejects.toThrow('of something else')
})
