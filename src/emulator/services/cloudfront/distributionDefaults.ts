import type {
  CacheBehavior,
  DefaultCacheBehavior,
  DistributionConfig,
  Method,
  Origin,
  ViewerCertificate,
} from '@aws-sdk/client-cloudfront'
import { listed } from './quantities.ts'

/** The configuration as CloudFront gives it back: what the caller left out is filled in, sets are in its own order. */
export const filled = (config: DistributionConfig): DistributionConfig => ({
  ...config,
  Aliases: listed([...(config.Aliases?.Items ?? [])].map(name => name.toLowerCase()).sort()),
  DefaultRootObject: config.DefaultRootObject ?? '',
  Origins: { Quantity: config.Origins?.Items?.length ?? 0, Items: (config.Origins?.Items ?? []).map(origin) },
  OriginGroups: config.OriginGroups ?? { Quantity: 0 },
  DefaultCacheBehavior: config.DefaultCacheBehavior && behavior(config.DefaultCacheBehavior),
  CacheBehaviors: listed((config.CacheBehaviors?.Items ?? []).map(behavior)),
  CustomErrorResponses: listed(
    (config.CustomErrorResponses?.Items ?? []).map(response => ({
      ResponsePagePath: '',
      ResponseCode: '',
      ErrorCachingMinTTL: 10,
      ...response,
    })),
  ),
  Logging: { Enabled: false, IncludeCookies: false, Bucket: '', Prefix: '', ...config.Logging },
  PriceClass: config.PriceClass ?? 'PriceClass_All',
  ViewerCertificate: certificate(config.ViewerCertificate ?? {}),
  Restrictions: config.Restrictions ?? { GeoRestriction: { RestrictionType: 'none', Quantity: 0 } },
  WebACLId: config.WebACLId ?? '',
  HttpVersion: config.HttpVersion ?? 'http2',
  IsIPV6Enabled: config.IsIPV6Enabled ?? false,
  ContinuousDeploymentPolicyId: config.ContinuousDeploymentPolicyId ?? '',
  Staging: config.Staging ?? false,
})

const origin = (wish: Origin): Origin => ({
  OriginPath: '',
  CustomHeaders: { Quantity: 0 },
  ConnectionAttempts: 3,
  ConnectionTimeout: 10,
  OriginShield: { Enabled: false },
  OriginAccessControlId: '',
  ...wish,
  S3OriginConfig: wish.S3OriginConfig && { OriginReadTimeout: 30, ...wish.S3OriginConfig },
  CustomOriginConfig: wish.CustomOriginConfig && {
    OriginSslProtocols: { Quantity: 3, Items: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] },
    OriginReadTimeout: 30,
    OriginKeepaliveTimeout: 5,
    ...wish.CustomOriginConfig,
  },
})

/** The order CloudFront names methods in. */
const METHODS: readonly Method[] = ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH']

const methods = (wish: readonly Method[]): { Quantity: number; Items: Method[] } => {
  const Items = METHODS.filter(method => wish.includes(method))
  return { Quantity: Items.length, Items }
}

const behavior = <B extends DefaultCacheBehavior | CacheBehavior>(wish: B): B => ({
  TrustedSigners: { Enabled: false, Quantity: 0 },
  TrustedKeyGroups: { Enabled: false, Quantity: 0 },
  SmoothStreaming: false,
  Compress: false,
  LambdaFunctionAssociations: { Quantity: 0 },
  FunctionAssociations: { Quantity: 0 },
  FieldLevelEncryptionId: '',
  GrpcConfig: { Enabled: false },
  ...wish,
  AllowedMethods: {
    ...methods(wish.AllowedMethods?.Items ?? ['GET', 'HEAD']),
    CachedMethods: methods(wish.AllowedMethods?.CachedMethods?.Items ?? ['GET', 'HEAD']),
  },
  ...(wish.CachePolicyId === undefined && wish.ForwardedValues
    ? {
        MinTTL: wish.MinTTL ?? 0,
        DefaultTTL: wish.DefaultTTL ?? 86_400,
        MaxTTL: wish.MaxTTL ?? 31_536_000,
      }
    : {}),
})

/** An ACM certificate is mirrored into two old members. */
const certificate = (wish: ViewerCertificate): ViewerCertificate =>
  wish.ACMCertificateArn === undefined
    ? {
        CloudFrontDefaultCertificate: true,
        SSLSupportMethod: 'vip',
        MinimumProtocolVersion: 'TLSv1',
        CertificateSource: 'cloudfront',
      }
    : {
        CloudFrontDefaultCertificate: false,
        ACMCertificateArn: wish.ACMCertificateArn,
        SSLSupportMethod: wish.SSLSupportMethod,
        MinimumProtocolVersion: wish.MinimumProtocolVersion ?? 'TLSv1',
        Certificate: wish.ACMCertificateArn,
        CertificateSource: 'acm',
      }
