import type { ImageIdentifier } from '@aws-sdk/client-ecr'
import type { Call, Table } from '../../service.ts'

/** A row of `images`, keyed by `<repository>@<digest>`. Times in epoch milliseconds. */
export interface Image {
  repository: string
  digest: string
  manifest: string
  mediaType: string
  tags: string[]
  pushedAt: number
  bytes: number
  /** Digests an index points at. */
  parts: string[]
}

export const imageTable = (call: Call): Table<Image> => call.table<Image>('images', { service: 'ecr' })

export const imagesOf = (call: Call, repository: string): Image[] =>
  imageTable(call)
    .values()
    .filter(image => image.repository === repository)

export const saveImage = (call: Call, image: Image): void =>
  imageTable(call).set(`${image.repository}@${image.digest}`, image)

/** By digest, by tag, or by both when they agree. */
export const findImage = (
  call: Call,
  repository: string,
  { imageDigest, imageTag }: ImageIdentifier,
): Image | undefined =>
  imagesOf(call, repository).find(
    image =>
      (imageDigest !== undefined || imageTag !== undefined) &&
      (imageDigest === undefined || image.digest === imageDigest) &&
      (imageTag === undefined || image.tags.includes(imageTag)),
  )

export const idText = ({ imageDigest, imageTag }: ImageIdentifier): string =>
  `{imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'}`
