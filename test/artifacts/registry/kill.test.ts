import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { push } from '../../../src/artifacts/registry/push.ts'
import { RegistryClient } from '../../emulator/registry/registryClient.ts'
import { Running } from '../../emulator/running.ts'
import { openFront, type Seen } from './front.ts'
import { credentialsIn, noiseImage, registryAt } from './images.ts'

const isBlob = ({ method, path }: Seen): boolean => method === 'PUT' && path.includes('/uploads/')
const digestIn = ({ path }: Seen): string => decodeURIComponent(/digest=(.*)/.exec(path)?.[1] ?? '')

test('a push that was killed goes on, and no finished blob is sent again', async () => {
  const aws = await Running.start()
  const app = await RegistryClient.create(aws, 'app')
  const { image, folder } = await noiseImage(1 << 20, 2 << 20, 3 << 20, 4 << 20, 5 << 20, 6 << 20)
  let patient = false
  const front = await openFront(app.origin, (seen, before) =>
    !patient && isBlob(seen) && before.filter(isBlob).length >= 3 ? { hold: true } : null,
  )
  const { username, password } = credentialsIn(app.credentials)
  const script = join(import.meta.dirname, 'pushLayout.ts')
  const words = [script, folder, front.host, 'app', `${username}:${password}`, 'v1']
  const child = spawn(process.execPath, words, { stdio: 'ignore' })
  const finished = () => front.seen.filter(seen => isBlob(seen) && seen.status === 201).map(digestIn)
  await vi.waitUntil(() => finished().length === 3, { timeout: 15_000 })
  child.kill('SIGKILL')
  await once(child, 'close')
  expect((await app.ask('HEAD', 'manifests/v1')).status).toBe(404)

  const done = finished()
  const before = front.seen.length
  patient = true
  const registry = registryAt(front.host, app.credentials)
  expect(await push(image, { registry, repository: 'app', tags: ['v1'], step: () => {} })).toMatchObject({
    mounted: 0,
  })
  const again = front.seen.slice(before).filter(isBlob).map(digestIn)
  expect(again.filter(digest => done.includes(digest))).toEqual([])
  expect(new Set([...again, ...done]).size).toBe(image.blobs.length)
  expect((await app.ask('HEAD', 'manifests/v1')).headers.get('docker-content-digest')).toBe(
    image.descriptor.digest,
  )
  registry.close()
  await front.close()
  await aws.stop()
})
