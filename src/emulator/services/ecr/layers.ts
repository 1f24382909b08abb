import { appendFileSync } from 'node:fs'
import type * as ECR from '@aws-sdk/client-ecr'
import { AwsError, type Call, type Service } from '../../service.ts'
import { mintPassword } from './authorization.ts'
import { DIGEST, layerOf } from './layer.ts'
import { placeOf, registryHost, repositoryOf } from './repository.ts'
import {
  beginUpload,
  completeUpload,
  dropUpload,
  receivedBytes,
  receivedDigest,
  type Upload,
  uploadOf,
  uploadPath,
} from './upload.ts'

const PART_BYTES = 20 << 20
const MEDIA_TYPE = 'application/vnd.docker.image.rootfs.diff.tar.gzip'

/** What Amazon's own proxies push and pull with, over the same layers as the registry's own protocol. */
export const layers = {
  BatchCheckLayerAvailability: ({ repositoryName, registryId, layerDigests = [] }, call) => {
    const { name } = repositoryOf(call, repositoryName, registryId)
    const [valid, wrong] = [true, false].map(is => layerDigests.filter(digest => DIGEST.test(digest) === is))
    return {
      layers: valid?.map((layerDigest): ECR.Layer => {
        const layer = layerOf(call, name, layerDigest)
        return layer
          ? { layerDigest, layerAvailability: 'AVAILABLE', layerSize: layer.size, mediaType: MEDIA_TYPE }
          : { layerDigest, layerAvailability: 'UNAVAILABLE' }
      }),
      failures: wrong?.map(layerDigest => ({
        layerDigest,
        failureCode: 'InvalidLayerDigest',
        failureReason: `Layer digest '${layerDigest}' is invalid`,
      })),
    }
  },

  /** Opens without further credentials for as long as a token would. */
  GetDownloadUrlForLayer: ({ repositoryName, registryId, layerDigest = '' }, call) => {
    const { name } = repositoryOf(call, repositoryName, registryId)
    if (!layerOf(call, name, layerDigest))
      throw new AwsError(
        'LayersNotFoundException',
        `Layers with digests '[${layerDigest}]' are not in the ${placeOf(call, name)}`,
      )
    const { password } = mintPassword(call)
    return {
      downloadUrl: `http://${registryHost(call)}/v2/${name}/blobs/${layerDigest}?token=${password}`,
      layerDigest,
    }
  },

  InitiateLayerUpload: ({ repositoryName, registryId }, call) => ({
    uploadId: beginUpload(call, repositoryOf(call, repositoryName, registryId).name).id,
    partSize: PART_BYTES,
  }),

  UploadLayerPart: (input, call) => {
    const upload = uploadAt(call, input)
    const { partFirstByte = 0, partLastByte = 0, layerPartBlob = new Uint8Array() } = input
    const received = receivedBytes(call, upload)
    if (partFirstByte !== received || partLastByte !== received + layerPartBlob.length - 1)
      throw new AwsError(
        'InvalidLayerPartException',
        `The layer part does not follow the last byte received, ${received - 1}`,
        { fields: { ...placeFields(call, upload), lastValidByteReceived: received - 1 } },
      )
    appendFileSync(uploadPath(call, upload), layerPartBlob)
    return { ...placeFields(call, upload), lastByteReceived: partLastByte }
  },

  CompleteLayerUpload: async (input, call) => {
    const upload = uploadAt(call, input)
    const [wanted = ''] = input.layerDigests ?? []
    if (receivedBytes(call, upload) === 0)
      throw new AwsError('EmptyUploadException', `The upload '${upload.id}' holds no layer part`)
    const digest = await receivedDigest(call, upload)
    if (digest !== wanted) {
      dropUpload(call, upload)
      throw new AwsError('InvalidLayerException', `The layer's digest is '${digest}', not '${wanted}'`)
    }
    if (layerOf(call, upload.repository, digest)) {
      dropUpload(call, upload)
      throw new AwsError(
        'LayerAlreadyExistsException',
        `Layer with digest '${digest}' already exists in the ${placeOf(call, upload.repository)}`,
      )
    }
    completeUpload(call, uploadAt(call, input), digest)
    return { ...placeFields(call, upload), layerDigest: digest }
  },
} satisfies Service<typeof ECR>

const uploadAt = (
  call: Call,
  input: {
    repositoryName: string | undefined
    registryId?: string | undefined
    uploadId: string | undefined
  },
): Upload => {
  const { name } = repositoryOf(call, input.repositoryName, input.registryId)
  const upload = uploadOf(call, name, input.uploadId ?? '')
  if (!upload)
    throw new AwsError(
      'UploadNotFoundException',
      `The upload '${input.uploadId}' does not exist in the ${placeOf(call, name)}`,
    )
  return upload
}

const placeFields = (call: Call, { id, repository }: Upload) => ({
  registryId: call.account,
  repositoryName: repository,
  uploadId: id,
})
