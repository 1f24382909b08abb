import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { ECRClient, PutImageTagMutabilityCommand } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Image } from '../../../src/artifacts/oci/image.ts'
import { blobPath } from '../../../src/artifacts/oci/layout.ts'
import { imageIn } from '../../../src/artifacts/registry/pull.ts'
import { push } from '../../../src/artifacts/registry/push.ts'
import type { Registry } from '../../../src/artifacts/registry/registry.ts'
import { RegistryClient } from '../../emulator/registry/registryClient.ts'
import { Running } from '../../emulator/running.ts'
import { bytesOf, HERE, noiseImage, registryAt } from './images.ts'

let aws: Running
let app: RegistryClient
let registry: Registry
let number = 0

beforeAll(async () => {
  aws = await Running.start()
  app = await RegistryClient.create(aws, 'app')
  registry = registryAt(new URL(app.origin).host, app.credentials)
})

afterAll(async () => {
  registry.close()
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const freshRepository = async (): Promise<string> => {
  const name = `fresh/r${number++}`
  await RegistryClient.create(aws, name)
  return name
}

const pushTo = (repository: string, image: Image, tags = ['abc123', 'latest'], step = (_: string) => {}) =>
  push(image, { registry, repository, tags, step })

const digestOfTag = async (repository: string, tag: string): Promise<string | null> =>
  (await app.ask('HEAD', `/${repository}/manifests/${tag}`)).headers.get('docker-content-digest')

/** Requests of each kind that `work` costs the registry. */
const counted = async (work: () => Promise<unknown>): Promise<Record<string, number>> => {
  const kinds = ['HeadBlob', 'StartUpload', 'MountBlob', 'UploadChunk', 'FinishUpload', 'PutManifest']
  const now = () => kinds.map(kind => aws.calls.count(`registry:${kind}`))
  const before = now()
  const requests = registry.requests()
  await work()
  const found = now().map((count, index) => [kinds[index] ?? '', count - (before[index] ?? 0)] as const)
  return {
    ...Object.fromEntries(found.filter(([, count]) => count > 0)),
    all: registry.requests() - requests,
  }
}

describe('push', () => {
  test('sends what is missing, each blob in one request, and tags it', async () => {
    const repository = await freshRepository()
    const { image } = await noiseImage(3 << 20, 200, 0)
    const requests = await counted(async () => {
      const pushed = await pushTo(repository, image)
      expect(pushed).toMatchObject({ sent: 3, mounted: 0, there: 0 })
      expect(pushed.bytesSent).toBeGreaterThan(3 << 20)
    })
    // One that names what is missing, two for each of four blobs, two tags.
    expect(requests).toEqual({ StartUpload: 4, FinishUpload: 4, PutManifest: 3, all: 11 })
    for (const tag of ['abc123', 'latest'])
      expect(await digestOfTag(repository, tag)).toBe(image.descriptor.digest)
    for (const blob of image.blobs) {
      const stored = await app.ask('GET', `/${repository}/blobs/${blob.descriptor.digest}`)
      expect(Buffer.from(await stored.arrayBuffer()).equals(await bytesOf(await blob.open(0)))).toBe(true)
    }
  })

  test('asks nothing but to tag what is there already', async () => {
    const repository = await freshRepository()
    const { image } = await noiseImage(100, 200)
    await pushTo(repository, image)
    const requests = await counted(async () =>
      expect(await pushTo(repository, image)).toEqual({ sent: 0, mounted: 0, there: 2, bytesSent: 0 }),
    )
    expect(requests).toEqual({ PutManifest: 2, all: 2 })
  })

  test('sends one layer when one has changed', async () => {
    const repository = await freshRepository()
    const { image } = await noiseImage(5000, 6000)
    await pushTo(repository, image)
    const changed = (await noiseImage(7000)).image
    const layer = changed.blobs.find(({ descriptor }) => /layer/.test(descriptor.mediaType))
    const manifest = JSON.parse(Buffer.from(image.manifest).toString())
    const bytes = Buffer.from(
      JSON.stringify({ ...manifest, layers: [...manifest.layers, layer?.descriptor] }),
    )
    const { digestOf } = await import('../../../src/artifacts/oci/digest.ts')
    const both: Image = {
      ...image,
      manifest: bytes,
      descriptor: { ...image.descriptor, digest: digestOf(bytes), size: bytes.length },
      blobs: [...image.blobs, ...(layer ? [layer] : [])],
    }
    const requests = await counted(async () =>
      expect(await pushTo(repository, both)).toMatchObject({ sent: 1, there: 2 }),
    )
    expect(requests).toMatchObject({ FinishUpload: 1 })
  })

  test('mounts what another repository of the registry has', async () => {
    const [from, to] = [await freshRepository(), await freshRepository()]
    const { image } = await noiseImage(5000, 6000)
    await pushTo(from, image)
    const host = registry.host
    const found = await imageIn(
      registry,
      { registry: host, repository: from, tag: 'latest', digest: null },
      HERE,
    )
    const requests = await counted(async () =>
      expect(await pushTo(to, found)).toEqual({ sent: 0, mounted: 2, there: 0, bytesSent: 0 }),
    )
    expect(requests).toMatchObject({ MountBlob: 3, PutManifest: 3 })
    expect(await digestOfTag(to, 'latest')).toBe(image.descriptor.digest)
  })

  test('copies from one registry to another', async () => {
    const far = await RegistryClient.create(aws, 'far', 'MUTABLE', 'eu-west-1')
    const repository = await freshRepository()
    const { image } = await noiseImage(3 << 20)
    const source = registryAt(new URL(far.origin).host, far.credentials)
    await push(image, { registry: source, repository: 'far', tags: ['v1'], step: () => {} })
    const reference = { registry: source.host, repository: 'far', tag: 'v1', digest: null }
    expect(await pushTo(repository, await imageIn(source, reference, HERE))).toMatchObject({ sent: 1 })
    expect(await digestOfTag(repository, 'latest')).toBe(image.descriptor.digest)
    source.close()
  })

  test('says how far it is, and never more than all', async () => {
    const { image } = await noiseImage(12_000_000, 3_000_000)
    const steps: string[] = []
    await pushTo(await freshRepository(), image, ['v1'], text => steps.push(text))
    expect(steps.at(-1)).toBe('pushing, 15 of 15 MB')
    const sent = steps.map(text => Number(/([\d.]+) of/.exec(text)?.[1]))
    expect(sent).toEqual([...sent].sort((a, b) => a - b))
  })

  test('is content with an immutable tag that is this image’s already', async () => {
    const repository = await freshRepository()
    const { image } = await noiseImage(100)
    await pushTo(repository, image, ['v1'])
    await aws
      .client(ECRClient)
      .send(new PutImageTagMutabilityCommand({ repositoryName: repository, imageTagMutability: 'IMMUTABLE' }))
    expect(await pushTo(repository, image, ['v1'])).toMatchObject({ sent: 0, there: 1 })
    const other = (await noiseImage(100)).image
    await expect(pushTo(repository, other, ['v1'])).rejects.toThrow(/TAG_INVALID.*mutable/s)
  })

  test('names a repository that is not there', async () => {
    const { image } = await noiseImage(100)
    await expect(pushTo('nowhere', image)).rejects.toThrow(/NAME_UNKNOWN.*must exist/s)
  })
})

describe('a blob that is not what it claims', () => {
  const largest = ({ blobs }: Image): string =>
    [...blobs].sort((a, b) => b.descriptor.size - a.descriptor.size)[0]?.descriptor.digest ?? ''

  const spoilt: Record<string, (path: string) => void> = {
    'with a byte changed': path => {
      const bytes = readFileSync(path)
      bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000)
      writeFileSync(path, bytes)
    },
    'cut short': path => truncateSync(path, 1_500_000),
    grown: path => writeFileSync(path, Buffer.alloc(100), { flag: 'a' }),
    empty: path => truncateSync(path, 0),
  }
  test.each(Object.keys(spoilt))('%s is refused, and nothing is tagged', async how => {
    const repository = await freshRepository()
    const { image, folder } = await noiseImage(2 << 20, 1000)
    spoilt[how]?.(blobPath(folder, largest(image)))
    await expect(pushTo(repository, image)).rejects.toThrow(/A layer is damaged.*builds the image anew/s)
    expect(await digestOfTag(repository, 'abc123')).toBe(null)
    expect((await app.ask('HEAD', `/${repository}/blobs/${largest(image)}`)).status).toBe(404)
  })
})
