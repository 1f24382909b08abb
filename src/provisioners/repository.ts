import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import type { Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the ECR repository's. */
export interface RepositoryProps {
  mutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION'
  /** Keep this many images, null for all. Read only: `foreign` is the text of a lifecycle policy that is not ours. */
  retention: { images: number } | { foreign: string } | null
}

export interface RepositoryOut extends Outputs {
  name: string
  arn: string
  url: string
}

const GONE = 'RepositoryNotFoundException'
const NO_POLICY = 'LifecyclePolicyNotFoundException'

const textOf = (retention: RepositoryProps['retention']): string | null => {
  if (retention === null) return null
  if ('foreign' in retention) return retention.foreign
  const { images } = retention
  const rule = {
    rulePriority: 1,
    description: `Keep the newest ${images} images`,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: images },
    action: { type: 'expire' },
  }
  return JSON.stringify({ rules: [rule] })
}

interface LifecycleText {
  rules?: { selection?: { tagStatus?: string; countType?: string; countNumber?: number } }[]
}

/** ECR gives back the text it was given, minified: it is judged by its meaning. */
const retentionIn = (text: string | undefined): RepositoryProps['retention'] => {
  if (text === undefined) return null
  const { rules = [] } = JSON.parse(text) as LifecycleText
  const { tagStatus, countType, countNumber } = rules[0]?.selection ?? {}
  const ours = rules.length === 1 && tagStatus === 'any' && countType === 'imageCountMoreThan'
  return ours && countNumber !== undefined ? { images: countNumber } : { foreign: text }
}

export const repository: Provisioner<RepositoryProps, RepositoryOut> = {
  kind: 'repository',
  naming: {
    max: 256,
    allow: /^[a-z][a-z0-9]*((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
  },
  permissions: {
    read: ['ecr:DescribeRepositories', 'ecr:GetLifecyclePolicy', 'ecr:ListTagsForResource'],
    write: [
      'ecr:CreateRepository',
      'ecr:PutImageTagMutability',
      'ecr:PutLifecyclePolicy',
      'ecr:DeleteLifecyclePolicy',
      'ecr:TagResource',
      'ecr:UntagResource',
    ],
    remove: ['ecr:DeleteRepository'],
  },
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  removeAfter: ['taskDefinition', 'image'],
  hunt: { arn: nameInArn('ecr', 'repository/') },

  async read(aws, name) {
    const ecr = aws.client(ECRClient)
    const arn = await arnOf(aws, 'ecr', `repository/${name}`)
    const [described, policy, tags] = await Promise.all([
      absentIf(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })), GONE),
      absentIf(ecr.send(new GetLifecyclePolicyCommand({ repositoryName: name })), GONE, NO_POLICY),
      absentIf(ecr.send(new ListTagsForResourceCommand({ resourceArn: arn })), GONE),
    ])
    const found = described?.repositories?.[0]
    if (!found) return undefined
    return {
      props: {
        mutability: found.imageTagMutability ?? 'MUTABLE',
        retention: retentionIn(policy?.lifecyclePolicyText),
      },
      out: { name, arn, url: found.repositoryUri ?? '' },
      tags: tagsFrom(tags?.tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws.client(ECRClient).send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: want.mutability,
        tags: tagPairs(tags),
      }),
    ),

  change: {
    mutability: (aws, live, want) =>
      aws.client(ECRClient).send(
        new PutImageTagMutabilityCommand({
          repositoryName: live.out.name,
          imageTagMutability: want.mutability,
        }),
      ),
    retention: (aws, live, want) => {
      const repositoryName = live.out.name
      const lifecyclePolicyText = textOf(want.retention)
      return lifecyclePolicyText === null
        ? aws.client(ECRClient).send(new DeleteLifecyclePolicyCommand({ repositoryName }))
        : aws.client(ECRClient).send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
    },
  },

  retag(aws, live, put, drop) {
    const ecr = aws.client(ECRClient)
    const resourceArn = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => ecr.send(new TagResourceCommand({ resourceArn, tags: tagPairs(tags) })),
      tagKeys => ecr.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    )
  },

  /** With its images: they can be built again. */
  remove: (aws, live) =>
    absentIf(
      aws.client(ECRClient).send(new DeleteRepositoryCommand({ repositoryName: live.out.name, force: true })),
      GONE,
    ),

  price: () => [{ item: 'image storage', unit: 'GB-month', usd: prices.ecrGbMonth }],
}
