import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import type { Call } from '../../service.ts'
import { type Distribution, distributions } from './state.ts'

/** The distributions that use something, in what they are told or in what their edges still serve. */
export const usersOf = (call: Call, uses: (config: DistributionConfig) => boolean): Distribution[] =>
  distributions(call)
    .values()
    .filter(
      ({ config, previous, deployedAt }) =>
        uses(config) || (previous !== null && deployedAt > call.now && uses(previous)),
    )

const behaviors = (config: DistributionConfig) => [
  ...(config.DefaultCacheBehavior ? [config.DefaultCacheBehavior] : []),
  ...(config.CacheBehaviors?.Items ?? []),
]

export const usesFunction =
  (arn: string) =>
  (config: DistributionConfig): boolean =>
    behaviors(config).some(behavior =>
      behavior.FunctionAssociations?.Items?.some(({ FunctionARN }) => FunctionARN === arn),
    )

export const usesOriginAccessControl =
  (id: string) =>
  (config: DistributionConfig): boolean =>
    config.Origins?.Items?.some(({ OriginAccessControlId }) => OriginAccessControlId === id) === true

export const usesHeadersPolicy =
  (id: string) =>
  (config: DistributionConfig): boolean =>
    behaviors(config).some(({ ResponseHeadersPolicyId }) => ResponseHeadersPolicyId === id)

export const usesCertificate =
  (arn: string) =>
  (config: DistributionConfig): boolean =>
    config.ViewerCertificate?.ACMCertificateArn === arn
