import type * as ECR from '@aws-sdk/client-ecr'
import type { Call } from '../../service.ts'
import { findImage, imagesOf, imageTable, saveImage } from './image.ts'
import { releaseLayers } from './layer.ts'
import { blobsOf, readManifest } from './manifest.ts'
import type { Repository } from './repository.ts'

export interface Deletion {
  /** Ids that named the image until now. */
  readonly gone: ECR.ImageIdentifier[]
  readonly failure: ECR.ImageFailure | null
}

/** A tag takes away only itself, until it was the last; a digest takes the image, all its tags and its layers. */
export const deleteImage = async (
  call: Call,
  { name }: Repository,
  id: ECR.ImageIdentifier,
): Promise<Deletion> => {
  const image = findImage(call, name, id)
  if (!image) return { gone: [], failure: imageNotFound(id) }
  const { imageTag } = id
  if (imageTag !== undefined && image.tags.length > 1) {
    saveImage(call, { ...image, tags: image.tags.filter(tag => tag !== imageTag) })
    return { gone: [{ imageDigest: image.digest, imageTag }], failure: null }
  }
  if (imagesOf(call, name).some(({ parts }) => parts.includes(image.digest)))
    return {
      gone: [],
      failure: {
        imageId: id,
        failureCode: 'ImageReferencedByManifestList',
        failureReason: `Requested image referenced by manifest list: [${image.digest}]`,
      },
    }
  imageTable(call).delete(`${name}@${image.digest}`)
  await releaseLayers(call, name, blobsOf(readManifest(image.manifest)))
  const tags = image.tags.map(tag => ({ imageDigest: image.digest, imageTag: tag }))
  return { gone: tags.length ? tags : [{ imageDigest: image.digest }], failure: null }
}

export const imageNotFound = (imageId: ECR.ImageIdentifier): ECR.ImageFailure => ({
  imageId,
  failureCode: 'ImageNotFound',
  failureReason: 'Requested image not found',
})
