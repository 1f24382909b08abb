import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashOfFile } from '../../src/artifacts/site/contentHash.ts'
import { listBucket } from '../../src/provisioners/kit/site/listBucket.ts'
import { BUCKET, openSiteBench, type SiteBench } from './siteBench.ts'

const MIB = 1 << 20
const GIB = 1 << 30

let bench: SiteBench
let folder: string
beforeAll(async () => {
  bench = await openSiteBench()
  folder = await mkdtemp(join(tmpdir(), 'storyarch-large-'))
  await writeFile(join(folder, 'index.html'), 'page')
})
afterAll(async () => {
  await bench.close()
  await rm(folder, { recursive: true, force: true })
})

/** A file of that size, empty but for its ends. */
const sparse = async (path: string, size: number): Promise<void> => {
  const file = await open(path, 'w')
  await file.write('start', 0)
  await file.write('end', size - 3)
  await file.close()
}

/** Deploys in a process of its own; answers its greatest memory in megabytes and what it says. */
const deploy = async (): Promise<{ peakMb: number; told: string }> => {
  const script = join(import.meta.dirname, 'deployOnce.ts')
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    script,
    folder,
    BUCKET,
    bench.endpoint,
    bench.module,
  ])
  return { peakMb: Number(stdout), told: stderr }
}

test('a file of 2 GiB goes up in parts, in no more memory than one of 32 MiB, and only once', async () => {
  const path = join(folder, 'film.mp4')
  await sparse(path, 32 * MIB)
  const small = await deploy()
  await sparse(path, 2 * GIB)
  const large = await deploy()
  expect(large.peakMb - small.peakMb).toBeLessThan(64)
  const listed = (await listBucket(bench.aws, BUCKET)).get('film.mp4')
  const local = await hashOfFile(path, new AbortController().signal)
  expect(listed).toMatchObject({ etag: local.hash, size: 2 * GIB })
  expect(local.hash).toMatch(/-128$/)
  expect(await bench.head('film.mp4')).toMatchObject({ type: 'video/mp4', size: 2 * GIB })
  const again = await deploy()
  expect(again.told).not.toContain('files uploaded')
})
