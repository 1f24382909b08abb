import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/artifacts/oci/digest.ts'
import type { Descriptor } from '../../../src/artifacts/oci/image.ts'
import { blobPath, readLayout } from '../../../src/artifacts/oci/layout.ts'
import { UserError } from '../../../src/errors.ts'
import { HERE, noiseImage, scratch } from '../registry/images.ts'

const OTHER = { os: 'linux', architecture: HERE.architecture === 'arm64' ? 'amd64' : 'arm64' } as const

const keep = (folder: string, value: object | string): Descriptor => {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  writeFileSync(blobPath(folder, digestOf(bytes)), bytes)
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digestOf(bytes),
    size: bytes.length,
  }
}

const point = (folder: string, ...manifests: object[]): void =>
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))

describe('a layout', () => {
  test('gives its image, each blob once', async () => {
    const { image, folder } = await noiseImage(100, 200)
    const manifest = JSON.parse(Buffer.from(image.manifest).toString())
    point(folder, keep(folder, { ...manifest, layers: [...manifest.layers, manifest.layers[0]] }))
    expect((await readLayout(folder, HERE)).blobs).toHaveLength(3)
  })

  test('of another platform is refused by what the config says, whatever the index says', async () => {
    const { image, folder } = await noiseImage(100)
    point(folder, { ...image.descriptor, platform: OTHER })
    await expect(readLayout(folder, OTHER)).rejects.toThrow(
      `is built for linux/${HERE.architecture}; the manifest wants linux/${OTHER.architecture}`,
    )
  })

  test('with an index of platforms and attestations gives the platform’s image', async () => {
    const { image, folder } = await noiseImage(100)
    const attestation = { ...keep(folder, {}), platform: { os: 'unknown', architecture: 'unknown' } }
    const index = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        attestation,
        { ...keep(folder, '{"x":1}'), platform: OTHER },
        { ...image.descriptor, platform: HERE },
      ],
    }
    point(folder, { ...keep(folder, index), mediaType: index.mediaType })
    expect((await readLayout(folder, HERE)).descriptor.digest).toBe(image.descriptor.digest)
    const none = {
      ...index,
      manifests: [
        attestation,
        { ...image.descriptor, platform: OTHER },
        attestation,
        { ...image.descriptor, platform: { os: 'linux', architecture: 's390x' } },
      ],
    }
    point(folder, { ...keep(folder, none), mediaType: index.mediaType })
    await expect(readLayout(folder, HERE)).rejects.toThrow(/only for linux\/.*, linux\/s390x/)
  })

  test.each<[string, (folder: string, manifest: Descriptor) => void, RegExp]>([
    ['without an index', folder => rmSync(join(folder, 'index.json')), /is not an OCI image layout/],
    [
      'with half an index',
      folder => writeFileSync(join(folder, 'index.json'), '{"manif'),
      /damaged: not JSON/,
    ],
    ['with an empty index', folder => point(folder), /holds no image/],
    ['whose manifest is gone', (folder, { digest }) => rmSync(blobPath(folder, digest)), /lacks sha256:/],
    [
      'whose manifest was changed',
      (folder, { digest }) =>
        writeFileSync(blobPath(folder, digest), `${readFileSync(blobPath(folder, digest))} `),
      /damaged: what should be/,
    ],
    [
      'whose manifest is no image',
      folder => point(folder, keep(folder, { mediaType: 'application/x' })),
      /holds no image of OCI/,
    ],
    [
      'that points out of itself',
      folder => point(folder, { digest: 'sha256:../../../etc/passwd' }),
      /no SHA-256 digest/,
    ],
    [
      'whose layers point out of it',
      (folder, manifest) => {
        const document = JSON.parse(readFileSync(blobPath(folder, manifest.digest), 'utf8'))
        point(folder, keep(folder, { ...document, layers: [{ digest: '../../x', size: 1 }] }))
      },
      /no SHA-256 digest/,
    ],
  ])('%s is refused', async (_, spoil, message) => {
    const { image, folder } = await noiseImage(100)
    spoil(folder, image.descriptor)
    const error = await readLayout(folder, HERE).catch(error => error)
    expect(error).toBeInstanceOf(UserError)
    expect(error.message).toMatch(message)
  })

  test('that is no folder is refused', async () => {
    await expect(readLayout(join(scratch(), 'x'), HERE)).rejects.toThrow(/is not an OCI image layout/)
  })
})
