import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Image } from '../../../src/artifacts/oci/image.ts'
import { imageIn, resolve } from '../../../src/artifacts/registry/pull.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import { openRegistry, type Registry } from '../../../src/artifacts/registry/registry.ts'
import { RegistryClient } from '../../emulator/registry/registryClient.ts'
import { Running } from '../../emulator/running.ts'
import { type Act, type Front, openFront, type Seen } from './front.ts'
import { bytesOf, HERE, noiseImage, noSignal, registryAt } from './images.ts'

let aws: Running
let app: RegistryClient
let number = 0
const open: { close(): unknown }[] = []

beforeAll(async () => {
  aws = await Running.start()
  app = await RegistryClient.create(aws, 'app')
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

afterAll(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

interface Scene {
  readonly front: Front
  readonly registry: Registry
  readonly repository: string
}

/** A fresh repository behind a front that acts so. */
const behind = async (
  act: (seen: Seen, before: readonly Seen[]) => Act | null,
  authorization: string | null = app.credentials,
): Promise<Scene> => {
  const repository = `fresh/r${number++}`
  await RegistryClient.create(aws, repository)
  const front = await openFront(app.origin, act)
  const registry = registryAt(front.host, authorization)
  open.push(registry, front)
  return { front, registry, repository }
}

const pushTo = ({ registry, repository }: Scene, image: Image, steps: string[] = []) =>
  push(image, { registry, repository, tags: ['v1'], step: text => steps.push(text) })

const taggedIn = async ({ repository }: Scene): Promise<string | null> =>
  (await app.ask('HEAD', `/${repository}/manifests/v1`)).headers.get('docker-content-digest')

const isUpload = ({ method, path }: Seen): boolean =>
  /^P(UT|ATCH)$/.test(method) && path.includes('/uploads/')
const isLarge = (seen: Seen): boolean => isUpload(seen) && Number(seen.headers['content-length']) > 1 << 20
const uploads = ({ seen }: Front): Seen[] => seen.filter(isUpload)

/** The first requests of a kind, counted from 0. */
const firsts =
  (kind: (seen: Seen) => boolean, acts: readonly (Act | null)[]) =>
  (seen: Seen, before: readonly Seen[]): Act | null =>
    kind(seen) ? (acts[before.filter(kind).length] ?? null) : null

describe('a push whose connection breaks', () => {
  test('goes on where the registry says, again and again', async () => {
    const { image } = await noiseImage(4 << 20)
    const scene = await behind(firsts(isLarge, [{ cutAfter: 1_000_000 }, { cutAfter: 1_500_000 }]))
    const steps: string[] = []
    await pushTo(scene, image, steps)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
    const ranges = uploads(scene.front).map(({ headers }) => headers['content-range'])
    const size = Math.max(...image.blobs.map(({ descriptor }) => descriptor.size))
    expect(ranges).toContain(`1000000-${size - 1}`)
    expect(ranges).toContain(`2500000-${size - 1}`)
    expect(steps.at(-1)).toBe('pushing, 4.2 of 4.2 MB')
  })

  test('does not send again what arrived, though the answer did not', async () => {
    const { image } = await noiseImage(4 << 20)
    const scene = await behind(firsts(isLarge, [{ swallow: true }]))
    await pushTo(scene, image)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
    expect(uploads(scene.front).filter(isLarge)).toHaveLength(1)
  })

  test('begins anew when the registry has forgotten the upload', async () => {
    const { image } = await noiseImage(4 << 20)
    const forgets = ({ method, path }: Seen) => method === 'GET' && path.includes('/uploads/')
    const scene = await behind((seen, before) => {
      if (forgets(seen)) return { status: 404 }
      return firsts(isLarge, [{ cutAfter: 1_000_000 }])(seen, before)
    })
    await pushTo(scene, image)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
  })

  test('gives up when it always breaks, and leaves no tag', async () => {
    const { image } = await noiseImage(4 << 20)
    const scene = await behind(({ path }) => (path.includes('/uploads/') ? { drop: true } : null))
    await expect(pushTo(scene, image)).rejects.toThrow(/cannot be reached/)
    expect(await taggedIn(scene)).toBe(null)
  })
})

describe('a busy registry', () => {
  test.each([429, 500, 503])('that answers %i is asked again', async status => {
    const { image } = await noiseImage(2 << 20, 100)
    const busy = { status, headers: { 'retry-after': '0.01' } }
    const first = ({ method, path }: Seen, before: readonly Seen[]) =>
      !before.some(seen => seen.method === method && seen.path === path)
    const scene = await behind((seen, before) => (first(seen, before) ? busy : null))
    await pushTo(scene, image)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
  })

  test('is left alone as long as it wishes', async () => {
    const at: number[] = []
    const scene = await behind(() => {
      at.push(performance.now())
      return at.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : null
    })
    await pushTo(scene, (await noiseImage(10)).image)
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(990)
  })

  test('that refuses a body before it is sent ends the push, with its reason', async () => {
    const { image } = await noiseImage(30 << 20)
    const body = JSON.stringify({ errors: [{ code: 'SIZE_INVALID', message: 'too large for us' }] })
    const scene = await behind(seen => (isLarge(seen) ? { status: 413, body } : null))
    await expect(pushTo(scene, image)).rejects.toThrow(/413 SIZE_INVALID \(too large for us\)/)
    expect(await taggedIn(scene)).toBe(null)
  })
})

describe('a registry that refuses to mount', () => {
  test.each([401, 403, 405])('with %i is sent the layer instead', async status => {
    const { image } = await noiseImage(3000)
    const scene = await behind(({ path }) => (path.includes('mount=') ? { status } : null))
    const { registry } = scene
    const from = `fresh/r${number++}`
    await RegistryClient.create(aws, from)
    await push(image, { registry, repository: from, tags: ['v1'], step: () => {} })
    const reference = { registry: registry.host, repository: from, tag: 'v1', digest: null }
    const pushed = await pushTo(scene, await imageIn(registry, reference, HERE))
    expect(pushed).toMatchObject({ sent: 1, mounted: 0 })
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
  })
})

/** Demands tokens, which it says are used up after so many requests. */
const tokens = (usesOfEach: number) => {
  let issued = 0
  let used = 0
  const act = (seen: Seen): Act | null => {
    if (seen.path.startsWith('/token')) {
      issued++
      used = 0
      if (seen.headers.authorization !== app.credentials) return { status: 401 }
      return { status: 200, body: JSON.stringify({ token: `token-${issued}` }) }
    }
    if (seen.headers.authorization === `Bearer token-${issued}` && used++ < usesOfEach)
      return { with: { authorization: app.credentials } }
    const challenge = `Bearer realm="http://${seen.headers.host}/token",service="here"`
    return { status: 401, headers: { 'www-authenticate': challenge } }
  }
  return { act, issued: () => issued }
}

describe('credentials', () => {
  test('buy one token, which is used for all requests', async () => {
    const { image } = await noiseImage(2 << 20, 100)
    const { act, issued } = tokens(1000)
    const scene = await behind(act)
    await pushTo(scene, image)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
    expect(issued()).toBe(1)
    const asked = new URLSearchParams(scene.front.seen.find(({ path }) => /token/.test(path))?.path)
    expect(asked.get('scope')).toBe(`repository:${scene.repository}:pull,push`)
  })

  test('buy a new token when one is used up in the middle', async () => {
    const { image } = await noiseImage(2 << 20, 100)
    const { act, issued } = tokens(4)
    const scene = await behind(act)
    await pushTo(scene, image)
    expect(await taggedIn(scene)).toBe(image.descriptor.digest)
    expect(issued()).toBeGreaterThan(1)
    expect(issued()).toBeLessThan(6)
  })

  test('that are wrong are told, without the password', async () => {
    const wrong = `Basic ${Buffer.from('AWS:hunter2').toString('base64')}`
    const scene = await behind(() => null, wrong)
    const error = await pushTo(scene, (await noiseImage(10)).image).catch(String)
    expect(error).toMatch(/401 UNAUTHORIZED.*Check the credentials/s)
    expect(error).not.toContain('hunter2')
  })

  test('that buy no token are told', async () => {
    const scene = await behind(tokens(9).act, 'Basic bm86Ym9keQ==')
    await expect(pushTo(scene, (await noiseImage(10)).image)).rejects.toThrow(
      /no token .* \(401\).*docker login/s,
    )
  })

  test('do not go along to where a download is redirected', async () => {
    const { image } = await noiseImage(3000)
    const storage = await openFront(app.origin, () => ({ with: { authorization: app.credentials } }))
    open.push(storage)
    const scene = await behind(seen =>
      seen.method === 'GET' && seen.path.includes('/blobs/')
        ? { status: 307, headers: { location: `http://${storage.host}${seen.path}?signature=s` } }
        : null,
    )
    await pushTo(scene, image)
    const { registry, repository } = scene
    const reference = { registry: registry.host, repository, tag: 'v1', digest: null }
    const found = await imageIn(registry, reference, HERE)
    for (const blob of found.blobs)
      expect((await bytesOf(await blob.open(0))).length).toBe(blob.descriptor.size)
    expect(storage.seen.length).toBeGreaterThan(1)
    for (const { headers } of storage.seen) expect(headers.authorization).toBeUndefined()
  })
})

describe('a registry that is not there', () => {
  test('is named, when nothing listens', async () => {
    const front = await openFront(app.origin, () => null)
    await front.close()
    const registry = openRegistry({ host: front.host, credentials: null, signal: noSignal() })
    const reference = { registry: front.host, repository: 'app', tag: 'v1', digest: null }
    await expect(resolve(registry, reference)).rejects.toThrow(`The registry ${front.host} cannot be reached`)
  })

  test('is given up at once when the run is interrupted', async () => {
    const controller = new AbortController()
    const front = await openFront(app.origin, () => ({ status: 503 }))
    open.push(front)
    const registry = openRegistry({ host: front.host, credentials: null, signal: controller.signal })
    const asked = resolve(registry, { registry: '', repository: 'app', tag: 'v1', digest: null })
    controller.abort(new Error('interrupted'))
    await expect(asked).rejects.toThrow(/interrupted|abort/i)
  })
})
