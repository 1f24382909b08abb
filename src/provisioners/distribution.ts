import {
  DeleteDistributionCommand,
  type DistributionSummary,
  GetDistributionConfigCommand,
  ListDistributionsCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import { isAwsError } from '../awsError.ts'
import { NotYet } from '../errors.ts'
import type { Aws, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { isIssued } from './kit/certificates.ts'
import {
  cloudfront,
  cloudfrontTags,
  distributionOf,
  NO_DISTRIBUTION,
  retagCloudfront,
} from './kit/cloudfront.ts'
import { createDistribution } from './kit/createDistribution.ts'
import {
  configWith,
  type DistributionSettings,
  normalSettings,
  settingsIn,
} from './kit/distributionConfig.ts'
import { prices } from './kit/prices.ts'

/** name: its comment, `<project>-<environment>-<logical>`; the CallerReference is derived from it. */
export interface DistributionProps {
  /** One write: CloudFront replaces the whole configuration; settings not named here are kept as they are. */
  config: DistributionSettings
}

export interface DistributionOut extends Outputs {
  id: string
  arn: string
  domain: string
  hostedZone: string
}

/** The zone of every alias record to CloudFront (AWS General Reference, "Amazon CloudFront endpoints and quotas"). */
const ALIAS_ZONE: Readonly<Record<string, string>> = { 'aws-cn': 'Z3RFFRIM2A3IF5' }
const ALIAS_ZONE_ELSEWHERE = 'Z2FDTNDATAQYW2'

/** All distributions of the account, listed once per survey. */
const summaries = (aws: Aws): Promise<DistributionSummary[]> =>
  aws.memo('distributions', async () => {
    const found: DistributionSummary[] = []
    let marker: { Marker?: string } = {}
    for (;;) {
      const { DistributionList: page } = await cloudfront(aws).send(new ListDistributionsCommand(marker))
      found.push(...(page?.Items ?? []))
      if (page?.IsTruncated !== true) return found
      marker = { Marker: page.NextMarker }
    }
  })

/** Comments of all distributions; moto leaves them out of the list, so there each one is asked. */
const comments = async (aws: Aws): Promise<string[]> =>
  Promise.all(
    (await summaries(aws)).map(
      async ({ Id, Comment }) =>
        Comment ?? (await distributionOf(aws, Id))?.DistributionConfig?.Comment ?? '',
    ),
  )

const withTags = async (aws: Aws, { Id, ARN = '' }: DistributionSummary) => {
  const [found, tags] = await Promise.all([
    distributionOf(aws, Id),
    absentIf(cloudfrontTags(aws, ARN), NO_DISTRIBUTION, 'NoSuchResource'),
  ])
  return found === undefined ? undefined : { found, tags: tags ?? {} }
}

/**
 * CloudFront hears of a certificate some seconds after ACM issued it. Until then it answers as for one that is not there,
 * which only ACM can tell apart.
 */
const withCertificate = async <T>(
  aws: Aws,
  { certificate }: DistributionSettings,
  answer: Promise<T>,
): Promise<T> => {
  try {
    return await answer
  } catch (error) {
    const unheardOf = isAwsError(error, 'InvalidViewerCertificate') && /doesn't exist/.test(String(error))
    if (unheardOf && certificate !== null && (await isIssued(aws, 'us-east-1', certificate)))
      throw new NotYet('the certificate is not known to CloudFront yet', { cause: error })
    throw error
  }
}

/** Comments are not unique: one that carries a stack's tag goes before one that only bears the name. */
const find = async (aws: Aws, name: string) => {
  const candidates = (await summaries(aws)).filter(({ Comment }) => Comment === undefined || Comment === name)
  const all = await Promise.all(candidates.map(summary => withTags(aws, summary)))
  const named = all.filter(one => one?.found.DistributionConfig?.Comment === name)
  return named.find(one => 'storyarch:stack' in (one?.tags ?? {})) ?? named[0]
}

export const distribution: Provisioner<DistributionProps, DistributionOut> = {
  kind: 'distribution',
  naming: { max: 128, allow: /^[a-zA-Z0-9-_.]+$/ },
  permissions: {
    read: ['cloudfront:ListDistributions', 'cloudfront:GetDistribution', 'cloudfront:ListTagsForResource'],
    write: [
      'cloudfront:CreateDistribution',
      'cloudfront:GetDistributionConfig',
      'cloudfront:UpdateDistribution',
      'cloudfront:TagResource',
      'cloudfront:UntagResource',
      'acm:DescribeCertificate',
    ],
    remove: [
      'cloudfront:GetDistributionConfig',
      'cloudfront:UpdateDistribution',
      'cloudfront:DeleteDistribution',
    ],
  },
  settles: { usuallySeconds: 240, atMostSeconds: 3600, background: true },
  removeAfter: ['dnsRecord'],
  hunt: {
    list: async (aws, stack) =>
      (await comments(aws)).filter(comment => comment.startsWith(`${stack.replace('/', '-')}-`)),
  },
  normal: ({ config }) => ({ config: normalSettings(config) }),

  async read(aws, name) {
    const one = await find(aws, name)
    const config = one?.found.DistributionConfig
    if (one === undefined || config === undefined) return undefined
    const { Id = '', ARN = '', DomainName = '', Status } = one.found
    return {
      props: { config: settingsIn(config) },
      out: {
        id: Id,
        arn: ARN,
        domain: DomainName,
        hostedZone: ALIAS_ZONE[aws.partition] ?? ALIAS_ZONE_ELSEWHERE,
      },
      tags: one.tags,
      health: Status === 'Deployed' ? 'ready' : 'pending',
    }
  },

  create: (aws, name, { config }, tags) =>
    withCertificate(
      aws,
      config,
      createDistribution(aws, name, { ...configWith({}, config), Comment: name }, tags),
    ),

  change: {
    async config(aws, { out }, { config }) {
      const { DistributionConfig: held, ETag } = await cloudfront(aws).send(
        new GetDistributionConfigCommand({ Id: out.id }),
      )
      if (held === undefined) throw new Error(`CloudFront answered without the configuration of ${out.id}`)
      const DistributionConfig = { ...held, ...configWith(held, config) }
      const update = new UpdateDistributionCommand({ Id: out.id, IfMatch: ETag, DistributionConfig })
      await withCertificate(aws, config, cloudfront(aws).send(update))
    },
  },

  retag: (aws, live, put, drop) => retagCloudfront(aws, live.out.arn, put, drop),

  /** Disables it, waits until that has reached every edge, deletes it. */
  async remove(aws, { out, health }) {
    const held = await absentIf(
      cloudfront(aws).send(new GetDistributionConfigCommand({ Id: out.id })),
      NO_DISTRIBUTION,
    )
    if (held?.DistributionConfig === undefined) return
    const of = { Id: out.id, IfMatch: held.ETag }
    if (held.DistributionConfig.Enabled === true) {
      const DistributionConfig = { ...held.DistributionConfig, Enabled: false }
      await cloudfront(aws).send(new UpdateDistributionCommand({ ...of, DistributionConfig }))
      throw new NotYet('the distribution is being disabled')
    }
    if (health !== 'ready') throw new NotYet('the distribution is still being disabled')
    await absentIf(cloudfront(aws).send(new DeleteDistributionCommand(of)), NO_DISTRIBUTION)
  },

  price: () => [
    { item: 'delivery beyond the free 1 TB', unit: 'GB', usd: prices.cloudfrontGb },
    {
      item: 'delivery beyond the free 10 M',
      unit: 'million requests',
      usd: prices.cloudfrontMillionRequests,
    },
  ],
}
