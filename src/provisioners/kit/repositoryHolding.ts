import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr'
import type { Aws, Tags } from '../../resource.ts'
import { absentIf } from './absentIf.ts'
import { arnOf } from './arn.ts'
import { type ArtifactNote, artifactNote } from './artifactTag.ts'
import { tagsFrom } from './tags.ts'

export interface RepositoryHolding {
  readonly url: string
  readonly tags: Tags
  readonly note: ArtifactNote
}

const GONE = 'RepositoryNotFoundException'

/** The repository of that name, when the image that its tag speaks of is really in it; undefined otherwise. */
export const repositoryHolding = async (aws: Aws, name: string): Promise<RepositoryHolding | undefined> => {
  const ecr = aws.client(ECRClient)
  const resourceArn = await arnOf(aws, 'ecr', `repository/${name}`)
  const [described, tagged] = await Promise.all([
    absentIf(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })), GONE),
    absentIf(ecr.send(new ListTagsForResourceCommand({ resourceArn })), GONE),
  ])
  const found = described?.repositories?.[0]
  const tags = tagsFrom(tagged?.tags)
  const note = artifactNote(tags)
  if (found === undefined || note === undefined) return undefined
  const imageIds = [{ imageDigest: note.version }]
  const images = await absentIf(
    ecr.send(new DescribeImagesCommand({ repositoryName: name, imageIds })),
    'ImageNotFoundException',
    GONE,
  )
  return images?.imageDetails?.[0] && { url: found.repositoryUri ?? '', tags, note }
}
