import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Running } from '../running.ts'
import { codeOf, digestOf, manifestOf, OCI_INDEX, OCI_MANIFEST, RegistryClient } from './registryClient.ts'

let aws: Running
let app: RegistryClient
let ecr: ECRClient

beforeEach(async () => {
  aws = await Running.start()
  app = await RegistryClient.create(aws, 'app')
  ecr = aws.client(ECRClient)
})

afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const config = Buffer.from('{"architecture":"arm64","os":"linux"}')
const [base, code, other] = [randomBytes(4000), randomBytes(500), randomBytes(600)]
const repository = { repositoryName: 'app' }

const described = async () => (await ecr.send(new DescribeImagesCommand(repository))).imageDetails
const layerFiles = (): string[] => readdirSync(join(aws.folder, 'ecr', 'us-east-1', 'layers'))
const tags = async (query = ''): Promise<string[]> => {
  const { tags } = (await (await app.ask('GET', `tags/list${query}`)).json()) as { tags: string[] }
  return tags
}

describe('a pushed image', () => {
  test('is an image of the control plane', async () => {
    const digest = await app.push('v1', config, [base, code])
    expect(await described()).toMatchObject([
      {
        imageDigest: digest,
        imageTags: ['v1'],
        imageSizeInBytes: config.length + 4500,
        imageManifestMediaType: OCI_MANIFEST,
      },
    ])
    const { images } = await ecr.send(
      new BatchGetImageCommand({ ...repository, imageIds: [{ imageTag: 'v1' }] }),
    )
    expect(images?.[0]?.imageManifest).toBe(manifestOf(config, [base, code]))
  })

  test('is pulled by tag and by digest, byte for byte', async () => {
    const digest = await app.push('v1', config, [base, code])
    for (const reference of ['v1', digest]) {
      const got = await app.ask('GET', `manifests/${reference}`)
      expect(got.headers.get('content-type')).toBe(OCI_MANIFEST)
      expect(got.headers.get('docker-content-digest')).toBe(digest)
      expect(digestOf(await got.text())).toBe(digest)
      const head = await app.ask('HEAD', `manifests/${reference}`)
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
        200,
        String(manifestOf(config, [base, code]).length),
        '',
      ])
    }
    const layer = await app.ask('GET', `blobs/${digestOf(base)}`)
    expect(Buffer.from(await layer.arrayBuffer())).toEqual(base)
    expect(await codeOf(await app.ask('GET', 'manifests/v2'))).toBe('404 MANIFEST_UNKNOWN')
  })

  test('outlives a restart, and so do the port and the credentials', async () => {
    const digest = await app.push('v1', config, [base])
    await aws.restart()
    expect((await app.ask('HEAD', 'manifests/v1')).headers.get('docker-content-digest')).toBe(digest)
    expect((await app.ask('HEAD', `blobs/${digestOf(base)}`)).status).toBe(200)
  })

  test('takes the tag from the one before; the same again changes nothing', async () => {
    const first = await app.push('latest', config, [base])
    const second = await app.push('latest', config, [code])
    expect((await app.putManifest('latest', manifestOf(config, [code]))).status).toBe(201)
    const images = await described()
    expect(images).toHaveLength(2)
    expect(images?.find(({ imageDigest }) => imageDigest === second)?.imageTags).toEqual(['latest'])
    expect(images?.find(({ imageDigest }) => imageDigest === first)?.imageTags).toBeUndefined()
  })

  test('may go by its digest alone', async () => {
    for (const blob of [config, base]) await app.putBlob(blob)
    const text = manifestOf(config, [base])
    const wrong = await app.putManifest(digestOf('other'), text)
    expect(await codeOf(wrong)).toBe('400 DIGEST_INVALID')
    expect((await app.putManifest(digestOf(text), text)).status).toBe(201)
    const { imageIds } = await ecr.send(new ListImagesCommand(repository))
    expect(imageIds).toEqual([{ imageDigest: digestOf(text) }])
  })

  test('and one put by PutImage are the same', async () => {
    for (const blob of [config, base]) await app.putBlob(blob)
    const imageManifest = manifestOf(config, [base])
    await ecr.send(new PutImageCommand({ ...repository, imageManifest, imageTag: 'put' }))
    const got = await app.ask('GET', 'manifests/put')
    expect(await got.text()).toBe(imageManifest)
    const missing = manifestOf(config, [other])
    await expect(
      ecr.send(new PutImageCommand({ ...repository, imageManifest: missing })),
    ).rejects.toMatchObject({ name: 'LayersNotFoundException' })
  })

  test('a range of a layer is served', async () => {
    await app.putBlob(base)
    const range = async (header: string) => {
      const got = await app.ask('GET', `blobs/${digestOf(base)}`, { headers: { range: header } })
      return [got.status, got.headers.get('content-range'), Buffer.from(await got.arrayBuffer())]
    }
    expect(await range('bytes=10-19')).toEqual([206, 'bytes 10-19/4000', base.subarray(10, 20)])
    expect(await range('bytes=3990-')).toEqual([206, 'bytes 3990-3999/4000', base.subarray(3990)])
    expect((await range('bytes=4000-')).slice(0, 2)).toEqual([416, 'bytes */4000'])
  })
})

describe('refused are', () => {
  test('a manifest whose blobs are not there', async () => {
    await app.putBlob(config)
    const response = await app.putManifest('v1', manifestOf(config, [base]))
    expect(await codeOf(response)).toBe('404 MANIFEST_BLOB_UNKNOWN')
    const stranger = await RegistryClient.create(aws, 'stranger')
    await stranger.putBlob(base)
    expect(await codeOf(await app.putManifest('v1', manifestOf(config, [base])))).toBe(
      '404 MANIFEST_BLOB_UNKNOWN',
    )
    expect(await described()).toEqual([])
  })

  test('an index whose images are not there', async () => {
    const image = await app.push('arm64', config, [base])
    const index = (digest: string) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_INDEX,
        manifests: [{ mediaType: OCI_MANIFEST, digest, size: 1 }],
      })
    const early = await app.putManifest('all', index(digestOf('none')), OCI_INDEX)
    expect(await codeOf(early)).toBe('404 MANIFEST_BLOB_UNKNOWN')
    expect((await app.putManifest('all', index(image), OCI_INDEX)).status).toBe(201)
    const sizes = (await described())?.map(({ imageSizeInBytes }) => imageSizeInBytes)
    expect(sizes).toEqual([config.length + 4000, config.length + 4000])
    expect(await codeOf(await app.ask('DELETE', `manifests/${image}`))).toBe('403 DENIED')
    const unread = await app.ask('GET', 'manifests/all', { headers: { accept: OCI_MANIFEST } })
    expect(await codeOf(unread)).toBe('404 MANIFEST_UNKNOWN')
    const read = await app.ask('GET', 'manifests/all', {
      headers: { accept: `${OCI_MANIFEST}, ${OCI_INDEX};q=0.5` },
    })
    expect(read.headers.get('content-type')).toBe(OCI_INDEX)
  })

  test.each([
    ['no JSON', '{"schemaVersion', OCI_MANIFEST],
    ['another type than it says', JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX }), OCI_MANIFEST],
    ['a type no image has', JSON.stringify({ schemaVersion: 2, mediaType: 'text/plain' }), 'text/plain'],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0x22]), OCI_MANIFEST],
  ])('a manifest that is %s', async (_, body, type) => {
    const response = await app.ask('PUT', 'manifests/v1', { body, headers: { 'content-type': type } })
    expect(await codeOf(response)).toBe('400 MANIFEST_INVALID')
  })

  test('another image, and even the same, under an immutable tag', async () => {
    app = await RegistryClient.create(aws, 'fixed', 'IMMUTABLE')
    const first = await app.push('v1', config, [base])
    await app.putBlob(code)
    for (const layer of [code, base])
      expect(await codeOf(await app.putManifest('v1', manifestOf(config, [layer])))).toBe('400 TAG_INVALID')
    expect((await app.ask('HEAD', 'manifests/v1')).headers.get('docker-content-digest')).toBe(first)
    expect((await app.putManifest('v2', manifestOf(config, [base]))).status).toBe(201)
    expect(await codeOf(await app.putManifest('-no', manifestOf(config, [base])))).toBe('400 TAG_INVALID')
  })

  test('repositories nobody has made, and what no registry does', async () => {
    for (const [method, path] of [
      ['POST', '/none/blobs/uploads/'],
      ['GET', '/none/manifests/v1'],
      ['PUT', '/none/manifests/v1'],
      ['GET', '/none/tags/list'],
      ['HEAD', '/none/blobs/x'],
    ] as const) {
      const response = await app.ask(method, path)
      expect(method === 'HEAD' ? `${response.status}` : await codeOf(response)).toMatch(
        /^404( NAME_UNKNOWN)?$/,
      )
    }
    await app.putBlob(base)
    const layer = await app.ask('DELETE', `blobs/${digestOf(base)}`)
    expect([layer.headers.get('allow'), await codeOf(layer)]).toEqual(['GET, HEAD', '405 UNSUPPORTED'])
    expect((await app.ask('GET', '/nonsense')).status).toBe(404)
  })
})

describe('deleting', () => {
  test('an image takes the layers only it named, from this repository alone', async () => {
    const other = await RegistryClient.create(aws, 'other')
    const first = await app.push('a', config, [base, code])
    await app.push('b', config, [base])
    await other.ask('POST', `blobs/uploads/?mount=${digestOf(code)}&from=app`)
    await ecr.send(new BatchDeleteImageCommand({ ...repository, imageIds: [{ imageDigest: first }] }))
    expect((await app.ask('HEAD', `blobs/${digestOf(code)}`)).status).toBe(404)
    expect((await app.ask('HEAD', `blobs/${digestOf(base)}`)).status).toBe(200)
    expect((await other.ask('GET', `blobs/${digestOf(code)}`)).status).toBe(200)
    expect(layerFiles()).toHaveLength(3)
  })

  test('a repository takes everything that no other holds', async () => {
    await app.push('a', config, [base, code])
    await ecr.send(new DeleteRepositoryCommand({ ...repository, force: true }))
    expect(layerFiles()).toEqual([])
    expect(await codeOf(await app.ask('GET', 'manifests/a'))).toBe('404 NAME_UNKNOWN')
  })

  test('by tag through the registry leaves the other tags', async () => {
    const digest = await app.push('a', config, [base])
    await app.push('b', config, [base])
    expect((await app.ask('DELETE', 'manifests/a')).status).toBe(202)
    expect(await tags()).toEqual(['b'])
    expect((await app.ask('DELETE', `manifests/${digest}`)).status).toBe(202)
    expect(await described()).toEqual([])
  })
})

describe('lists', () => {
  test('tags come sorted and by pages', async () => {
    for (const tag of ['c', 'a', 'b']) await app.push(tag, config, [base])
    expect(await tags()).toEqual(['a', 'b', 'c'])
    const first = await app.ask('GET', 'tags/list?n=2')
    expect(await first.json()).toEqual({ name: 'app', tags: ['a', 'b'] })
    const [, next] = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? []
    const second = await app.ask('GET', `${app.origin}${next}`)
    expect(await second.json()).toEqual({ name: 'app', tags: ['c'] })
    expect(second.headers.get('link')).toBeNull()
  })

  test('repositories are those of the region', async () => {
    await RegistryClient.create(aws, 'team/web')
    const there = await RegistryClient.create(aws, 'there', 'MUTABLE', 'eu-central-1')
    const catalog = async (of: RegistryClient) => (await of.ask('GET', '/_catalog')).json()
    expect(await catalog(app)).toEqual({ repositories: ['app', 'team/web'] })
    expect(await catalog(there)).toEqual({ repositories: ['there'] })
    expect(there.origin).not.toBe(app.origin)
  })

  test('what refers to an image is found by it', async () => {
    const image = await app.push('v1', config, [base])
    const signature = manifestOf(config, [], {
      artifactType: 'application/signature',
      subject: { mediaType: OCI_MANIFEST, digest: image, size: 1 },
    })
    const put = await app.putManifest(digestOf(signature), signature)
    expect(put.headers.get('oci-subject')).toBe(image)
    const referrers = async (query = '') =>
      (await (await app.ask('GET', `referrers/${image}${query}`)).json()) as { manifests: object[] }
    expect(await referrers()).toMatchObject({
      mediaType: OCI_INDEX,
      manifests: [{ digest: digestOf(signature), artifactType: 'application/signature' }],
    })
    expect((await referrers('?artifactType=none')).manifests).toEqual([])
  })
})
