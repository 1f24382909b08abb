import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  DescribeFunctionCommand,
  type FunctionConfig,
  GetFunctionCommand,
  PublishFunctionCommand,
  UpdateFunctionCommand,
} from '@aws-sdk/client-cloudfront'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { nameInArn } from './kit/arn.ts'
import { cloudfront, cloudfrontTags, retagCloudfront } from './kit/cloudfront.ts'
import { prices } from './kit/prices.ts'
import { tagPairs } from './kit/tags.ts'

/** name: unique in the account. Live only once published. */
export interface CloudfrontFunctionProps {
  definition: { code: string; runtime: 'cloudfront-js-1.0' | 'cloudfront-js-2.0'; comment: string }
}

export interface CloudfrontFunctionOut extends Outputs {
  arn: string
  name: string
}

type Definition = CloudfrontFunctionProps['definition']

const GONE = 'NoSuchFunctionExists'

const arnOf = async (aws: Aws, name: string): Promise<string> =>
  `arn:${aws.partition}:cloudfront::${await aws.account()}:function/${name}`

const configOf = ({ comment, runtime }: Definition): FunctionConfig => ({
  Comment: comment,
  Runtime: runtime,
})

const publish = (aws: Aws, Name: string, IfMatch: string | undefined) =>
  cloudfront(aws).send(new PublishFunctionCommand({ Name, IfMatch }))

const describe = (aws: Aws, Name: string, Stage: 'LIVE' | 'DEVELOPMENT') =>
  cloudfront(aws).send(new DescribeFunctionCommand({ Name, Stage }))

/** The ETag of the stage that is edited, published and deleted. */
const development = (aws: Aws, Name: string) => describe(aws, Name, 'DEVELOPMENT')

export const cloudfrontFunction: Provisioner<CloudfrontFunctionProps, CloudfrontFunctionOut> = {
  kind: 'cloudfrontFunction',
  naming: { max: 64, allow: /^[a-zA-Z0-9-_]+$/ },
  permissions: {
    read: ['cloudfront:DescribeFunction', 'cloudfront:GetFunction', 'cloudfront:ListTagsForResource'],
    write: [
      'cloudfront:CreateFunction',
      'cloudfront:UpdateFunction',
      'cloudfront:PublishFunction',
      'cloudfront:TagResource',
      'cloudfront:UntagResource',
    ],
    remove: ['cloudfront:DeleteFunction'],
  },
  settles: { usuallySeconds: 5, atMostSeconds: 300 },
  removeAfter: ['distribution'],
  hunt: { arn: nameInArn('cloudfront', 'function/') },

  async read(aws, name) {
    const arn = await arnOf(aws, name)
    const [live, published, tags] = await Promise.all([
      absentIf(describe(aws, name, 'LIVE'), GONE),
      absentIf(cloudfront(aws).send(new GetFunctionCommand({ Name: name, Stage: 'LIVE' })), GONE),
      absentIf(cloudfrontTags(aws, arn), GONE, 'NoSuchResource'),
    ])
    // What runs counts, not what somebody saved without publishing it.
    const described = live ?? (await absentIf(development(aws, name), GONE))
    if (described === undefined) return undefined
    const config = described.FunctionSummary?.FunctionConfig
    return {
      props: {
        definition: {
          // Never published: it runs nothing.
          code: new TextDecoder().decode(published?.FunctionCode),
          runtime: config?.Runtime ?? 'cloudfront-js-1.0',
          comment: config?.Comment ?? '',
        },
      },
      out: { arn, name },
      tags: tags ?? {},
      health: 'ready',
    }
  },

  async create(aws, name, { definition }, tags) {
    const { ETag } = await cloudfront(aws).send(
      new CreateFunctionCommand({
        Name: name,
        FunctionConfig: configOf(definition),
        FunctionCode: new TextEncoder().encode(definition.code),
        Tags: { Items: tagPairs(tags) },
      }),
    )
    await publish(aws, name, ETag)
  },

  change: {
    async definition(aws, { out }, { definition }) {
      const held = await development(aws, out.name)
      const { ETag } = await cloudfront(aws).send(
        new UpdateFunctionCommand({
          Name: out.name,
          IfMatch: held.ETag,
          FunctionConfig: configOf(definition),
          FunctionCode: new TextEncoder().encode(definition.code),
        }),
      )
      await publish(aws, out.name, ETag)
    },
  },

  retag: (aws, live, put, drop) => retagCloudfront(aws, live.out.arn, put, drop),

  async remove(aws, { out }) {
    const held = await absentIf(development(aws, out.name), GONE)
    if (held === undefined) return
    await absentIf(
      cloudfront(aws).send(new DeleteFunctionCommand({ Name: out.name, IfMatch: held.ETag })),
      GONE,
    )
  },

  price: () => [
    { item: 'edge function', unit: 'million requests', usd: prices.cloudfrontMillionFunctionCalls },
  ],
}
