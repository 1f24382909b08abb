import {
  BatchDeleteImageCommand,
  ECRClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import type { ImageRecipe } from '../artifacts/image/recipe.ts'
import type { Aws, Making, Outputs, Provisioner, Recipe, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { ARTIFACT, artifactTag, holderTags, SPEC, tagsOfContent } from './kit/artifactTag.ts'
import { repositoryHolding } from './kit/repositoryHolding.ts'
import { moveLatest, storedManifest } from './kit/storedImage.ts'
import { tagPairs } from './kit/tags.ts'

/** name: the ECR repository's. The image in it that the stack runs. */
export interface ImageProps {
  /** Hash of what the image is made from. */
  content: { source: string }
}

export interface ImageOut extends Outputs {
  /** Of the manifest. */
  digest: string
  /** `<registry>/<repository>@<digest>` */
  uri: string
  /** Commit of its sources; empty when unknown. */
  revision: string
}

export interface ImageContentRecipe extends Recipe {
  /** `stored`: an image that was pushed before is to be the one again. */
  readonly image: ImageRecipe | { readonly from: 'stored'; readonly digest: string }
  /** Images are built here before they are pushed. */
  readonly workFolder: string
}

type ImageMaking = Making<ImageContentRecipe>

const GONE = 'RepositoryNotFoundException'

const write = async (
  aws: Aws,
  name: string,
  { source }: ImageProps['content'],
  spec: string | null,
  making: ImageMaking,
): Promise<void> => {
  const { revision, image } = making.recipe
  const digest =
    image.from === 'stored'
      ? await putBack(aws, name, image.digest)
      : await ship(aws, name, image, source, making)
  await tagRepository(aws, name, { [ARTIFACT]: artifactTag({ version: digest, source, revision, spec }) })
}

const putBack = async (aws: Aws, name: string, digest: string): Promise<string> => {
  await moveLatest(aws, name, await storedManifest(aws, name, digest))
  return digest
}

/** Building and pushing is loaded when there is something to ship. */
const ship = async (...image: Parameters<typeof import('./kit/shipImage.ts').shipImage>): Promise<string> => {
  const { shipImage } = await import('./kit/shipImage.ts')
  return shipImage(...image)
}

const tagRepository = async (aws: Aws, name: string, tags: Tags): Promise<void> => {
  const resourceArn = await arnOf(aws, 'ecr', `repository/${name}`)
  await aws.client(ECRClient).send(new TagResourceCommand({ resourceArn, tags: tagPairs(tags) }))
}

/** ECR gives images no tags of this kind: what stands, and whose it is, is said by the repository's. */
export const image: Provisioner<ImageProps, ImageOut, ImageContentRecipe> = {
  kind: 'image',
  naming: { max: 256, allow: /^[a-z].*$/ },
  permissions: {
    read: ['ecr:DescribeRepositories', 'ecr:ListTagsForResource', 'ecr:DescribeImages'],
    write: [
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:UploadLayerPart',
      'ecr:CompleteLayerUpload',
      'ecr:PutImage',
      'ecr:TagResource',
      'ecr:UntagResource',
    ],
    remove: ['ecr:BatchDeleteImage', 'ecr:UntagResource'],
  },
  ownTagsOnly: true,
  renews: ['digest', 'uri'],
  settles: { usuallySeconds: 60, atMostSeconds: 3600 },
  removeAfter: ['taskDefinition'],
  hunt: { arn: nameInArn('ecr', 'repository/') },

  async read(aws, name) {
    const repository = await repositoryHolding(aws, name)
    if (repository === undefined) return undefined
    const { note, url, tags } = repository
    return {
      props: { content: { source: note.source } },
      out: { digest: note.version, uri: `${url}@${note.version}`, revision: note.revision ?? '' },
      tags: tagsOfContent('image', tags, note),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags, making) => write(aws, name, want.content, tags[SPEC] ?? null, making),

  change: {
    content: (aws, { out, tags }, want, making) =>
      write(aws, repositoryIn(out.uri), want.content, tags[SPEC] ?? null, making),
  },

  async retag(aws, { out }, put, drop) {
    const name = repositoryIn(out.uri)
    const holding = await repositoryHolding(aws, name)
    const changes = holding && holderTags(holding.tags, put, drop)
    if (changes === undefined) return
    if (Object.keys(changes.put).length > 0) await tagRepository(aws, name, changes.put)
    const resourceArn = await arnOf(aws, 'ecr', `repository/${name}`)
    const tagKeys = [...changes.drop]
    if (tagKeys.length > 0)
      await aws.client(ECRClient).send(new UntagResourceCommand({ resourceArn, tagKeys }))
  },

  async remove(aws, { out }) {
    const repositoryName = repositoryIn(out.uri)
    const ecr = aws.client(ECRClient)
    const imageIds = [{ imageDigest: out.digest }]
    // Listed as a failure when it is gone already.
    await absentIf(ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds })), GONE)
    const resourceArn = await arnOf(aws, 'ecr', `repository/${repositoryName}`)
    await absentIf(ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: [ARTIFACT] })), GONE)
  },

  /** Its storage is the repository's to price. */
  price: () => [],
}

const repositoryIn = (uri: string): string => uri.slice(uri.indexOf('/') + 1, uri.indexOf('@'))
