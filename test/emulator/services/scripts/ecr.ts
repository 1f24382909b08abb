import * as ECR from '@aws-sdk/client-ecr'
import { digestOf } from '../../registry/registryClient.ts'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

export const ecrScript = async (connect: Connect): Promise<Outcome[]> => {
  const ecr = connect(ECR.ECRClient)
  const script = new Script()
  const repositoryName = 'same/app'
  const [config, layer] = [Buffer.from('{}'), Buffer.from('layer')]
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'x', size: config.length, digest: digestOf(config) },
    layers: [{ mediaType: 'x', size: layer.length, digest: digestOf(layer) }],
  })
  const upload = async (layerPartBlob: Buffer): Promise<string | undefined> => {
    const { uploadId } = await ecr.send(new ECR.InitiateLayerUploadCommand({ repositoryName }))
    const of = { repositoryName, uploadId }
    await ecr.send(
      new ECR.UploadLayerPartCommand({
        ...of,
        layerPartBlob,
        partFirstByte: 0,
        partLastByte: layerPartBlob.length - 1,
      }),
    )
    const layerDigests = [digestOf(layerPartBlob)]
    return (await ecr.send(new ECR.CompleteLayerUploadCommand({ ...of, layerDigests }))).layerDigest
  }
  const create = () =>
    ecr.send(new ECR.CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'app', Value: 'a' }] }))
  await script.step('create', create, ({ repository }) => {
    const { repositoryArn, imageTagMutability, imageScanningConfiguration, encryptionConfiguration } =
      repository ?? {}
    return { repositoryArn, imageTagMutability, imageScanningConfiguration, encryptionConfiguration }
  })
  await script.step('create again', create)
  await script.step('bad name', () => ecr.send(new ECR.CreateRepositoryCommand({ repositoryName: 'Bad' })))
  await script.step('describe none', () =>
    ecr.send(new ECR.DescribeRepositoriesCommand({ repositoryNames: ['none'] })),
  )
  await script.step('no lifecycle', () => ecr.send(new ECR.GetLifecyclePolicyCommand({ repositoryName })))
  const rule = {
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
    action: { type: 'expire' },
  }
  await script.step(
    'lifecycle',
    () =>
      ecr.send(
        new ECR.PutLifecyclePolicyCommand({
          repositoryName,
          lifecyclePolicyText: JSON.stringify({ rules: [rule] }),
        }),
      ),
    ({ lifecyclePolicyText }) => JSON.parse(lifecyclePolicyText ?? ''),
  )
  await script.step('bad lifecycle', () =>
    ecr.send(new ECR.PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{"rules":[{}]}' })),
  )
  await script.step('no policy', () => ecr.send(new ECR.GetRepositoryPolicyCommand({ repositoryName })))
  const put = (imageTag: string) =>
    ecr.send(new ECR.PutImageCommand({ repositoryName, imageManifest, imageTag }))
  await script.step(
    'layers',
    async () => [await upload(config), await upload(layer)],
    digests => digests,
  )
  await script.step(
    'push',
    () => put('a'),
    ({ image }) => image?.imageId?.imageTag,
  )
  await script.step('push again', () => put('a'))
  await script.step('push as b', () => put('b'))
  await script.step(
    'list',
    () => ecr.send(new ECR.ListImagesCommand({ repositoryName })),
    ({ imageIds }) => imageIds?.map(({ imageTag }) => imageTag).sort(),
  )
  await script.step(
    'describe',
    () => ecr.send(new ECR.DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'a' }] })),
    ({ imageDetails }) => imageDetails?.map(({ imageTags }) => imageTags?.sort()),
  )
  await script.step('describe no image', () =>
    ecr.send(new ECR.DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'none' }] })),
  )
  await script.step(
    'get',
    () =>
      ecr.send(
        new ECR.BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'a' }, { imageTag: 'none' }] }),
      ),
    ({ images, failures }) => [
      images?.map(({ imageId }) => imageId?.imageTag),
      failures?.map(({ failureCode }) => failureCode),
    ],
  )
  await script.step('delete full', () => ecr.send(new ECR.DeleteRepositoryCommand({ repositoryName })))
  await script.step(
    'delete tag',
    () =>
      ecr.send(
        new ECR.BatchDeleteImageCommand({
          repositoryName,
          imageIds: [{ imageTag: 'a' }, { imageTag: 'none' }],
        }),
      ),
    ({ imageIds, failures }) => [
      imageIds?.map(({ imageTag }) => imageTag),
      failures?.map(({ failureCode }) => failureCode),
    ],
  )
  await script.step(
    'immutable',
    () => ecr.send(new ECR.PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' })),
    ({ imageTagMutability }) => imageTagMutability,
  )
  await script.step('push other over b', () =>
    ecr.send(
      new ECR.PutImageCommand({
        repositoryName,
        imageManifest: imageManifest.replace('"schemaVersion":2', '"schemaVersion": 2'),
        imageTag: 'b',
      }),
    ),
  )
  await script.step('delete by force', () =>
    ecr.send(new ECR.DeleteRepositoryCommand({ repositoryName, force: true })),
  )
  await script.step('delete again', () =>
    ecr.send(new ECR.DeleteRepositoryCommand({ repositoryName, force: true })),
  )
  return script.outcomes
}

/** Where moto answers otherwise than AWS says it does. */
export const ecrMotoErrs: Errs = {
  layers: {
    moto: 'SyntaxError 500',
    because: 'UploadLayerPart: layers are uploaded before the image that names them',
  },
  get: {
    moto: [['b'], ['ImageNotFound']],
    because: 'BatchGetImage: the imageId is the one that was asked for',
  },
  'push other over b': {
    moto: 'ImageAlreadyExistsException 400',
    because: 'PutImage: an immutable tag is ImageTagAlreadyExistsException',
  },
}
