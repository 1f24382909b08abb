import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  ECRClient,
  type Image,
  type ImageDetail,
  PutImageCommand,
} from '@aws-sdk/client-ecr'
import { REVISION_ANNOTATION, SOURCE_ANNOTATION } from '../../artifacts/image/annotate.ts'
import type { ManifestDocument } from '../../artifacts/oci/documents.ts'
import { mediaTypes } from '../../artifacts/oci/mediaTypes.ts'
import { UserError } from '../../errors.ts'
import type { Aws } from '../../resource.ts'
import { absentIf } from './absentIf.ts'

/** An image that was pushed before and can be the one that runs again. */
export interface StoredImage {
  readonly digest: string
  /** Hash of what it was made from. */
  readonly source: string
  readonly revision: string | null
}

const SHOWN = 5

/**
 * The image in `repository` that `wanted` names: a digest, a tag such as a commit, or the start of either.
 * Throws UserError when there is none, more than one, or one that storyarch did not push; it names what is stored.
 */
export const storedImage = async (aws: Aws, repository: string, wanted: string): Promise<StoredImage> => {
  const stored = await images(aws, repository)
  const digest = chosen(stored, repository, wanted)
  const { imageManifest = '{}' } = await storedManifest(aws, repository, digest)
  const { annotations } = JSON.parse(imageManifest) as ManifestDocument
  const source = annotations?.[SOURCE_ANNOTATION]
  if (source === undefined)
    throw new UserError(
      `${repository}@${digest} was not pushed by storyarch: nothing says what it was made from.`,
      'Name it in the manifest with `image: { uri: … }`, or choose another one.',
    )
  return { digest, source, revision: annotations?.[REVISION_ANNOTATION] ?? null }
}

/** The manifest of a stored image, as ECR keeps it. */
export const storedManifest = async (
  aws: Aws,
  repositoryName: string,
  imageDigest: string,
): Promise<Image> => {
  const acceptedMediaTypes = [mediaTypes.manifest, mediaTypes.dockerManifest]
  const { images = [] } = await aws
    .client(ECRClient)
    .send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }], acceptedMediaTypes }))
  const [found] = images
  if (found === undefined)
    throw new UserError(`${repositoryName} has no image ${imageDigest} any more.`, 'Deploy from the sources.')
  return found
}

/** Lets `latest` name that image. */
export const moveLatest = (
  aws: Aws,
  repositoryName: string,
  { imageManifest, imageManifestMediaType }: Image,
) =>
  absentIf(
    aws
      .client(ECRClient)
      .send(
        new PutImageCommand({ repositoryName, imageManifest, imageManifestMediaType, imageTag: 'latest' }),
      ),
    'ImageAlreadyExistsException',
  )

const images = async (aws: Aws, repositoryName: string): Promise<ImageDetail[]> => {
  const found: ImageDetail[] = []
  let nextToken: string | undefined
  do {
    const page = await absentIf(
      aws.client(ECRClient).send(new DescribeImagesCommand({ repositoryName, nextToken })),
      'RepositoryNotFoundException',
    )
    found.push(...(page?.imageDetails ?? []))
    nextToken = page?.nextToken
  } while (nextToken !== undefined)
  return found.sort((a, b) => Number(b.imagePushedAt ?? 0) - Number(a.imagePushedAt ?? 0))
}

const chosen = (stored: readonly ImageDetail[], repository: string, wanted: string): string => {
  const named = (fits: (name: string) => boolean) =>
    stored.filter(({ imageDigest = '', imageTags = [] }) =>
      [imageDigest, imageDigest.replace('sha256:', ''), ...imageTags].some(fits),
    )
  const exact = named(name => name === wanted)
  const fitting = exact.length > 0 ? exact : named(name => wanted.length >= 6 && name.startsWith(wanted))
  const [only] = fitting
  if (only?.imageDigest !== undefined && fitting.length === 1) return only.imageDigest
  const shown = (fitting.length > 1 ? fitting : stored).slice(0, SHOWN).map(nameOf).join('; ')
  throw new UserError(
    fitting.length > 1
      ? `--image ${wanted} could be more than one image of ${repository}: ${shown}.`
      : `${repository} has no image ${wanted}. ${shown === '' ? 'None is stored.' : `The newest stored: ${shown}.`}`,
    'Name one by its digest or by its tag.',
  )
}

const nameOf = ({ imageDigest = '', imageTags = [] }: ImageDetail): string =>
  imageTags.length === 0 ? imageDigest : `${imageDigest} (${imageTags.join(', ')})`
