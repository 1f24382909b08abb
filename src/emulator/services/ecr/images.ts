import type * as ECR from '@aws-sdk/client-ecr'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { type Deletion, deleteImage, imageNotFound } from './deleteImage.ts'
import { findImage, type Image, idText, imagesOf } from './image.ts'
import { pushImage } from './push.ts'
import { placeOf, repositoryOf } from './repository.ts'

export const images = {
  PutImage: (input, call) => {
    const repository = repositoryOf(call, input.repositoryName, input.registryId)
    const image = pushImage(call, repository, {
      manifest: input.imageManifest ?? '',
      tag: input.imageTag,
      mediaType: input.imageManifestMediaType,
      digest: input.imageDigest,
    })
    return { image: shown(call, image, input.imageTag) }
  },

  BatchGetImage: ({ repositoryName, registryId, imageIds = [] }, call) => {
    const { name } = repositoryOf(call, repositoryName, registryId)
    return {
      images: imageIds.flatMap(id => {
        const image = findImage(call, name, id)
        return image ? [shown(call, image, id.imageTag)] : []
      }),
      failures: imageIds.filter(id => !findImage(call, name, id)).map(imageNotFound),
    }
  },

  DescribeImages: ({ repositoryName, registryId, imageIds, filter, maxResults, nextToken }, call) => {
    const { name } = repositoryOf(call, repositoryName, registryId)
    const missing = imageIds?.find(id => !findImage(call, name, id))
    if (missing)
      throw new AwsError(
        'ImageNotFoundException',
        `The image with imageId ${idText(missing)} does not exist within the ${placeOf(call, name)}`,
      )
    const asked = imageIds?.flatMap(id => findImage(call, name, id) ?? [])
    const rows = (asked ?? imagesOf(call, name)).filter(image => hasStatus(image, filter?.tagStatus))
    const { items, next } = page(rows, ({ digest }) => digest, { token: nextToken, size: maxResults ?? 100 })
    return {
      imageDetails: items.map(image => ({
        registryId: call.account,
        repositoryName: name,
        imageDigest: image.digest,
        imageTags: image.tags.length ? image.tags : undefined,
        imageSizeInBytes: image.bytes,
        imagePushedAt: new Date(image.pushedAt),
        imageManifestMediaType: image.mediaType,
      })),
      nextToken: next,
    }
  },

  /** One entry for each tag; an image without tags has one entry of its own. */
  ListImages: ({ repositoryName, registryId, filter, maxResults, nextToken }, call) => {
    const { name } = repositoryOf(call, repositoryName, registryId)
    const ids = imagesOf(call, name)
      .filter(image => hasStatus(image, filter?.tagStatus))
      .flatMap(({ digest, tags }): ECR.ImageIdentifier[] =>
        tags.length ? tags.map(imageTag => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }],
      )
    const { items, next } = page(ids, idText, { token: nextToken, size: maxResults ?? 100 })
    return { imageIds: items, nextToken: next }
  },

  BatchDeleteImage: async ({ repositoryName, registryId, imageIds = [] }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const outcomes: Deletion[] = []
    for (const id of imageIds) outcomes.push(await deleteImage(call, repository, id))
    return {
      imageIds: outcomes.flatMap(({ gone }) => gone),
      failures: outcomes.flatMap(({ failure }) => (failure ? [failure] : [])),
    }
  },
} satisfies Service<typeof ECR>

const hasStatus = (image: Image, status: ECR.TagStatus | undefined): boolean =>
  status === undefined || status === 'ANY' || (status === 'TAGGED') === image.tags.length > 0

const shown = (call: Call, image: Image, imageTag: string | undefined): ECR.Image => ({
  registryId: call.account,
  repositoryName: image.repository,
  imageId: { imageDigest: image.digest, imageTag },
  imageManifest: image.manifest,
  imageManifestMediaType: image.mediaType,
})
