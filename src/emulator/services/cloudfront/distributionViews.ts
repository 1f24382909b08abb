import type * as CloudFront from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { type Distribution, distributionArn, invalidations } from './state.ts'

const statusOf = ({ deployedAt }: Distribution, call: Call): 'InProgress' | 'Deployed' =>
  deployedAt > call.now ? 'InProgress' : 'Deployed'

/** As GetDistribution answers. */
export const shown = (distribution: Distribution, call: Call): CloudFront.Distribution => ({
  Id: distribution.id,
  ARN: distributionArn(call, distribution.id),
  Status: statusOf(distribution, call),
  LastModifiedTime: new Date(distribution.modifiedAt),
  InProgressInvalidationBatches: invalidations(call)
    .values()
    .filter(one => one.distribution === distribution.id && one.completedAt > call.now).length,
  DomainName: distribution.domain,
  ActiveTrustedSigners: { Enabled: false, Quantity: 0 },
  ActiveTrustedKeyGroups: { Enabled: false, Quantity: 0 },
  DistributionConfig: distribution.config,
  AliasICPRecordals: icp(distribution),
})

const icp = ({ config }: Distribution): CloudFront.AliasICPRecordal[] | undefined =>
  config.Aliases?.Items?.map(CNAME => ({ CNAME, ICPRecordalStatus: 'APPROVED' }))

/** As ListDistributions answers. */
export const summary = (distribution: Distribution, call: Call): CloudFront.DistributionSummary => {
  const { config } = distribution
  return {
    Id: distribution.id,
    ARN: distributionArn(call, distribution.id),
    ETag: distribution.etag,
    Status: statusOf(distribution, call),
    LastModifiedTime: new Date(distribution.modifiedAt),
    DomainName: distribution.domain,
    Aliases: config.Aliases,
    Origins: config.Origins,
    OriginGroups: config.OriginGroups,
    DefaultCacheBehavior: config.DefaultCacheBehavior,
    CacheBehaviors: config.CacheBehaviors,
    CustomErrorResponses: config.CustomErrorResponses,
    Comment: config.Comment,
    PriceClass: config.PriceClass,
    Enabled: config.Enabled,
    ViewerCertificate: config.ViewerCertificate,
    Restrictions: config.Restrictions,
    WebACLId: config.WebACLId,
    HttpVersion: config.HttpVersion,
    IsIPV6Enabled: config.IsIPV6Enabled,
    Staging: config.Staging,
    AliasICPRecordals: icp(distribution),
  }
}
