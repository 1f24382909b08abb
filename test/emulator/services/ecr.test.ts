import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ecr } from '../../../src/emulator/services/ecr.ts'
import { type Asked, World } from '../call.ts'
import { digestOf } from '../registry/registryClient.ts'

let world: World
let ask: Asked<typeof ecr>

beforeEach(() => {
  world = new World()
  ask = world.ask(ecr, 'ecr')
})

afterEach(() => world.remove())

const repo = { repositoryName: 'app/backend' }
const ARN = 'arn:aws:ecr:us-east-1:000000000000:repository/app/backend'

describe('repositories', () => {
  test('are described by name, or not found', async () => {
    await ask.CreateRepository(repo)
    const { repositories } = await ask.DescribeRepositories({ repositoryNames: ['app/backend'] })
    expect(repositories).toMatchObject([
      {
        repositoryArn: ARN,
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      },
    ])
    expect(repositories?.[0]?.repositoryUri).toMatch(/^127\.0\.0\.1:\d+\/app\/backend$/)
    await expect(ask.DescribeRepositories({ repositoryNames: ['none'] })).rejects.toMatchObject({
      code: 'RepositoryNotFoundException',
    })
    await expect(ask.CreateRepository(repo)).rejects.toMatchObject({
      code: 'RepositoryAlreadyExistsException',
    })
  })

  test.each(['A', 'a', 'Backend', '-a', 'a//b', 'a b'])('the name %j is refused', async repositoryName => {
    await expect(ask.CreateRepository({ repositoryName })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })

  test('keep their lifecycle policy minified', async () => {
    await ask.CreateRepository(repo)
    await expect(ask.GetLifecyclePolicy(repo)).rejects.toMatchObject({
      code: 'LifecyclePolicyNotFoundException',
    })
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    }
    const put = (...rules: object[]) =>
      ask.PutLifecyclePolicy({ ...repo, lifecyclePolicyText: JSON.stringify({ rules }, null, 2) })
    await put(rule)
    expect((await ask.GetLifecyclePolicy(repo)).lifecyclePolicyText).toBe(JSON.stringify({ rules: [rule] }))
    await expect(put(rule, rule)).rejects.toMatchObject({ code: 'InvalidParameterException' })
    await expect(put({ ...rule, selection: { tagStatus: 'tagged' } })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    const untagged = { ...rule, rulePriority: 2, selection: { ...rule.selection, tagStatus: 'untagged' } }
    await expect(put(rule, untagged)).rejects.toMatchObject({
      message: expect.stringContaining('highest rulePriority'),
    })
    await ask.DeleteLifecyclePolicy(repo)
    await expect(ask.DeleteLifecyclePolicy(repo)).rejects.toMatchObject({
      code: 'LifecyclePolicyNotFoundException',
    })
  })

  test('keep a policy of who may pull', async () => {
    await ask.CreateRepository(repo)
    await expect(ask.GetRepositoryPolicy(repo)).rejects.toMatchObject({
      code: 'RepositoryPolicyNotFoundException',
    })
    const policyText = '{"Statement":[]}'
    await ask.SetRepositoryPolicy({ ...repo, policyText })
    expect((await ask.GetRepositoryPolicy(repo)).policyText).toBe(policyText)
    await expect(ask.SetRepositoryPolicy({ ...repo, policyText: '{}' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await ask.DeleteRepositoryPolicy(repo)
    await expect(ask.GetRepositoryPolicy(repo)).rejects.toMatchObject({
      code: 'RepositoryPolicyNotFoundException',
    })
  })

  test('are tagged by ARN', async () => {
    await ask.CreateRepository({ ...repo, tags: [{ Key: 'a', Value: '1' }] })
    await ask.TagResource({ resourceArn: ARN, tags: [{ Key: 'b', Value: '2' }] })
    await ask.UntagResource({ resourceArn: ARN, tagKeys: ['a'] })
    expect((await ask.ListTagsForResource({ resourceArn: ARN })).tags).toEqual([{ Key: 'b', Value: '2' }])
    await expect(
      ask.TagResource({ resourceArn: ARN, tags: [{ Key: 'aws:x', Value: '' }] }),
    ).rejects.toMatchObject({
      code: 'InvalidTagParameterException',
    })
    await ask.DeleteRepository(repo)
    await expect(ask.ListTagsForResource({ resourceArn: ARN })).rejects.toMatchObject({
      code: 'RepositoryNotFoundException',
    })
  })

  test('hand out a token for the registry', async () => {
    const [data] = (await ask.GetAuthorizationToken({})).authorizationData ?? []
    expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toMatch(/^AWS:.+/)
    expect(data?.expiresAt?.getTime()).toBe(world.now + 12 * 3_600_000)
    expect(data?.proxyEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })
})

describe('images', () => {
  beforeEach(async () => {
    await ask.CreateRepository(repo)
  })

  const config = Buffer.from('c')
  const layer = (size: number) => Buffer.alloc(size, 'l')
  const manifest = (size: number) =>
    JSON.stringify({
      schemaVersion: 2,
      config: { digest: digestOf(config), size: config.length },
      layers: [{ digest: digestOf(layer(size)), size }],
    })

  const upload = async (layerPartBlob: Buffer): Promise<string> => {
    const { uploadId } = await ask.InitiateLayerUpload(repo)
    const part = { ...repo, uploadId, layerPartBlob }
    await ask.UploadLayerPart({ ...part, partFirstByte: 0, partLastByte: layerPartBlob.length - 1 })
    const layerDigests = [digestOf(layerPartBlob)]
    return (await ask.CompleteLayerUpload({ ...repo, uploadId, layerDigests })).layerDigest ?? ''
  }

  beforeEach(async () => {
    for (const bytes of [config, layer(10), layer(20)]) await upload(bytes)
  })

  const push = async (imageManifest: string, imageTag?: string): Promise<string> =>
    (await ask.PutImage({ ...repo, imageManifest, imageTag })).image?.imageId?.imageDigest ?? ''

  const list = async () => (await ask.ListImages(repo)).imageIds

  test('are not taken without their layers', async () => {
    await expect(push(manifest(30))).rejects.toMatchObject({ code: 'LayersNotFoundException' })
    const parts = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: digestOf('none'), size: 1 }] })
    await expect(push(parts)).rejects.toMatchObject({ code: 'ReferencedImagesNotFoundException' })
    const [there, gone] = [digestOf(layer(20)), digestOf(layer(30))]
    const checked = await ask.BatchCheckLayerAvailability({ ...repo, layerDigests: [there, gone, 'l'] })
    expect(checked).toMatchObject({
      layers: [
        { layerDigest: there, layerAvailability: 'AVAILABLE', layerSize: 20 },
        { layerDigest: gone, layerAvailability: 'UNAVAILABLE' },
      ],
      failures: [{ layerDigest: 'l', failureCode: 'InvalidLayerDigest' }],
    })
  })

  test('a layer comes in parts that follow one another, and as what it was announced', async () => {
    const { uploadId } = await ask.InitiateLayerUpload(repo)
    const part = (partFirstByte: number, layerPartBlob: Buffer) =>
      ask.UploadLayerPart({
        ...repo,
        uploadId,
        partFirstByte,
        partLastByte: partFirstByte + layerPartBlob.length - 1,
        layerPartBlob,
      })
    await expect(
      ask.CompleteLayerUpload({ ...repo, uploadId, layerDigests: [digestOf('')] }),
    ).rejects.toMatchObject({ code: 'EmptyUploadException' })
    await part(0, Buffer.from('one '))
    await expect(part(5, Buffer.from('two'))).rejects.toMatchObject({
      code: 'InvalidLayerPartException',
      fields: { lastValidByteReceived: 3 },
    })
    expect(await part(4, Buffer.from('two'))).toMatchObject({ lastByteReceived: 6 })
    const complete = (digest: string) =>
      ask.CompleteLayerUpload({ ...repo, uploadId, layerDigests: [digest] })
    expect(await complete(digestOf('one two'))).toMatchObject({ layerDigest: digestOf('one two') })
    await expect(complete(digestOf('one two'))).rejects.toMatchObject({ code: 'UploadNotFoundException' })
    await expect(upload(Buffer.from('one two'))).rejects.toMatchObject({
      code: 'LayerAlreadyExistsException',
    })
  })

  test('a tag moves to the newest image', async () => {
    const first = await push(manifest(10), 'latest')
    const second = await push(manifest(20), 'latest')
    expect(await list()).toEqual(
      expect.arrayContaining([{ imageDigest: first }, { imageDigest: second, imageTag: 'latest' }]),
    )
    const { imageDetails } = await ask.DescribeImages({ ...repo, imageIds: [{ imageTag: 'latest' }] })
    expect(imageDetails).toMatchObject([{ imageDigest: second, imageSizeInBytes: 21, imageTags: ['latest'] }])
    await expect(ask.DescribeImages({ ...repo, imageIds: [{ imageTag: 'none' }] })).rejects.toMatchObject({
      code: 'ImageNotFoundException',
    })
    const untagged = await ask.ListImages({ ...repo, filter: { tagStatus: 'UNTAGGED' } })
    expect(untagged.imageIds).toEqual([{ imageDigest: first }])
  })

  test('the same again is told, a wrong digest refused', async () => {
    const digest = await push(manifest(10), 'a')
    await expect(push(manifest(10), 'a')).rejects.toMatchObject({ code: 'ImageAlreadyExistsException' })
    expect(await push(manifest(10), 'b')).toBe(digest)
    await expect(
      ask.PutImage({ ...repo, imageManifest: manifest(20), imageDigest: digest }),
    ).rejects.toMatchObject({ code: 'ImageDigestDoesNotMatchException' })
  })

  test('an immutable tag stays, but for the ones excluded', async () => {
    await push(manifest(10), 'v1')
    await push(manifest(10), 'dev-1')
    await ask.PutImageTagMutability({
      ...repo,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
    })
    await expect(push(manifest(20), 'v1')).rejects.toMatchObject({ code: 'ImageTagAlreadyExistsException' })
    const moved = await push(manifest(20), 'dev-1')
    expect(await list()).toContainEqual({ imageDigest: moved, imageTag: 'dev-1' })
  })

  test('deleting by tag takes the tag, by digest the image', async () => {
    const digest = await push(manifest(10), 'a')
    await push(manifest(10), 'b')
    await ask.BatchDeleteImage({ ...repo, imageIds: [{ imageTag: 'a' }] })
    expect(await list()).toEqual([{ imageDigest: digest, imageTag: 'b' }])
    const answer = await ask.BatchDeleteImage({
      ...repo,
      imageIds: [{ imageDigest: digest }, { imageTag: 'none' }],
    })
    expect(answer.imageIds).toEqual([{ imageDigest: digest, imageTag: 'b' }])
    expect(answer.failures).toMatchObject([{ failureCode: 'ImageNotFound' }])
    expect(await list()).toEqual([])
  })

  test('a part of an index goes only after the index', async () => {
    const part = await push(manifest(10))
    const index = await push(
      JSON.stringify({ schemaVersion: 2, manifests: [{ digest: part, size: 1 }] }),
      'all',
    )
    const early = await ask.BatchDeleteImage({ ...repo, imageIds: [{ imageDigest: part }] })
    expect(early.failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }])
    await ask.BatchDeleteImage({ ...repo, imageIds: [{ imageDigest: index }] })
    await ask.BatchDeleteImage({ ...repo, imageIds: [{ imageDigest: part }] })
    expect(await list()).toEqual([])
  })

  test('a repository with images goes only by force', async () => {
    const text = manifest(10)
    await push(text, 'a')
    await expect(ask.DeleteRepository(repo)).rejects.toMatchObject({ code: 'RepositoryNotEmptyException' })
    await ask.DeleteRepository({ ...repo, force: true })
    await ask.CreateRepository(repo)
    expect(await list()).toEqual([])
  })

  test('are got by id, with failures beside', async () => {
    const text = manifest(10)
    await push(text, 'a')
    const answer = await ask.BatchGetImage({ ...repo, imageIds: [{ imageTag: 'a' }, { imageTag: 'b' }] })
    expect(answer.images).toMatchObject([{ imageManifest: text, imageId: { imageTag: 'a' } }])
    expect(answer.failures).toMatchObject([{ imageId: { imageTag: 'b' }, failureCode: 'ImageNotFound' }])
  })
})
