import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { filled } from './distributionDefaults.ts'
import { checkConfig } from './distributionRules.ts'
import { shown, summary } from './distributionViews.ts'
import { listed } from './quantities.ts'
import {
  checkMatch,
  type Distribution,
  distributionArn,
  distributions,
  freshDomain,
  freshId,
  inUse,
  invalidations,
  notThere,
  page,
} from './state.ts'
import { checkedTags } from './tagging.ts'

/** CloudFront tells its edges of a change in about so long. */
const DEPLOY_MS = 180_000

export const distributionOperations = {
  CreateDistribution: (input, call) => create(input.DistributionConfig, {}, call),

  CreateDistributionWithTags: (input, call) => {
    const { DistributionConfig, Tags } = input.DistributionConfigWithTags ?? {}
    return create(DistributionConfig, checkedTags(Tags), call)
  },

  GetDistribution: (input, call) => {
    const distribution = distributionAt(input.Id, call)
    return { ETag: distribution.etag, Distribution: shown(distribution, call) }
  },

  GetDistributionConfig: (input, call) => {
    const { etag, config } = distributionAt(input.Id, call)
    return { ETag: etag, DistributionConfig: config }
  },

  /** A full replacement: what the caller leaves out goes back to its default. */
  UpdateDistribution: (input, call) => {
    const before = distributionAt(input.Id, call)
    checkMatch(input.IfMatch, before.etag)
    const config = required(input.DistributionConfig)
    if (config.CallerReference !== before.config.CallerReference)
      throw new AwsError('IllegalUpdate', 'The CallerReference of a distribution cannot be changed.', {
        status: 400,
      })
    checkConfig(config, call, before.id)
    const after: Distribution = {
      ...before,
      etag: freshId(),
      config: filled(config),
      previous: before.config,
      modifiedAt: call.now,
      deployedAt: call.now + call.delay(DEPLOY_MS),
    }
    distributions(call).set(after.id, after)
    return { ETag: after.etag, Distribution: shown(after, call) }
  },

  DeleteDistribution: (input, call) => {
    const distribution = distributionAt(input.Id, call)
    checkMatch(input.IfMatch, distribution.etag)
    if (distribution.config.Enabled === true || distribution.deployedAt > call.now)
      throw inUse(
        'DistributionNotDisabled',
        'The distribution you are trying to delete has not been disabled.',
      )
    distributions(call).delete(distribution.id)
    for (const [id, { distribution: of }] of invalidations(call).entries())
      if (of === distribution.id) invalidations(call).delete(id)
    forgetTags(call, distributionArn(call, distribution.id))
    return {}
  },

  ListDistributions: (input, call) => {
    const all = distributions(call).values()
    const { items, max, next } = page(all, ({ id }) => id, input)
    return {
      DistributionList: {
        Marker: input.Marker ?? '',
        NextMarker: next,
        MaxItems: max,
        IsTruncated: next !== undefined,
        ...listed(items.map(distribution => summary(distribution, call))),
      },
    }
  },
} satisfies Service<typeof CloudFront>

/** Throws NoSuchDistribution. */
export const distributionAt = (id: string | undefined, call: Call): Distribution => {
  const distribution = distributions(call).get(id ?? '')
  if (!distribution) throw notThere('NoSuchDistribution', 'distribution')
  return distribution
}

const required = (config: CloudFront.DistributionConfig | undefined): CloudFront.DistributionConfig => {
  if (!config) throw new AwsError('MissingBody', 'This operation requires a body.', { status: 400 })
  return config
}

const create = (
  asked: CloudFront.DistributionConfig | undefined,
  tags: Record<string, string>,
  call: Call,
) => {
  const config = required(asked)
  const twin = distributions(call)
    .values()
    .find(other => other.config.CallerReference === config.CallerReference)
  if (twin)
    throw new AwsError(
      'DistributionAlreadyExists',
      `The caller reference that you are using to create a distribution is associated with another distribution. Already exists: ${twin.id}`,
      { status: 409 },
    )
  checkConfig(config, call, null)
  const distribution: Distribution = {
    id: freshId(),
    etag: freshId(),
    domain: freshDomain(),
    config: filled(config),
    previous: null,
    modifiedAt: call.now,
    deployedAt: call.now + call.delay(DEPLOY_MS),
  }
  distributions(call).set(distribution.id, distribution)
  putTags(call, distributionArn(call, distribution.id), tags)
  return {
    Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distribution.id}`,
    ETag: distribution.etag,
    Distribution: shown(distribution, call),
  }
}
