import type {
  DefaultCacheBehavior,
  DistributionConfig,
  FunctionAssociation,
  HttpVersion,
  MinimumProtocolVersion,
  Origin,
  PriceClass,
  ViewerCertificate,
  ViewerProtocolPolicy,
} from '@aws-sdk/client-cloudfront'
import { byJson } from './byJson.ts'
import { counted } from './cloudfront.ts'

/** What storyarch decides on a distribution: one bucket behind an access control, one cached behaviour. */
export interface DistributionSettings {
  enabled: boolean
  aliases: string[]
  /** Of us-east-1; null: CloudFront's own for its own domain. */
  certificate: string | null
  /** Without a certificate CloudFront itself decides, and says TLSv1. */
  minimumTls: string
  origin: { domain: string; accessControl: string }
  rootObject: string
  viewerProtocol: ViewerProtocolPolicy
  cachePolicy: string
  headersPolicy: string | null
  /** CloudFront function on viewer-request of the default behaviour. */
  viewerRequest: string | null
  errorResponses: { code: number; answer: number; path: string; ttlSeconds: number }[]
  priceClass: string
  httpVersion: string
  ipv6: boolean
}

/** The origin's id repeats its access control: an AWS that keeps silent about the control (moto) still gives the id. */
const ORIGIN = 'bucket-'

export const normalSettings = (settings: DistributionSettings): DistributionSettings => ({
  ...settings,
  aliases: [...settings.aliases].sort(),
  minimumTls: settings.certificate === null ? 'TLSv1' : settings.minimumTls,
  errorResponses: byJson(settings.errorResponses),
})

const originOf = ({
  Origins,
  DefaultCacheBehavior: behaviour,
}: Partial<DistributionConfig>): Origin | undefined =>
  Origins?.Items?.find(({ Id }) => Id === behaviour?.TargetOriginId)

/** CloudFront's configuration in our words. */
export const settingsIn = (config: DistributionConfig): DistributionSettings => {
  const origin = originOf(config)
  const behaviour = config.DefaultCacheBehavior
  return normalSettings({
    enabled: config.Enabled ?? false,
    aliases: config.Aliases?.Items ?? [],
    certificate: config.ViewerCertificate?.ACMCertificateArn || null,
    minimumTls: config.ViewerCertificate?.MinimumProtocolVersion ?? '',
    origin: {
      domain: origin?.DomainName ?? '',
      accessControl: origin?.OriginAccessControlId ?? origin?.Id?.replace(ORIGIN, '') ?? '',
    },
    rootObject: config.DefaultRootObject ?? '',
    viewerProtocol: behaviour?.ViewerProtocolPolicy ?? 'allow-all',
    cachePolicy: behaviour?.CachePolicyId ?? '',
    headersPolicy: behaviour?.ResponseHeadersPolicyId || null,
    viewerRequest: associations(behaviour).find(isViewerRequest)?.FunctionARN ?? null,
    errorResponses: (config.CustomErrorResponses?.Items ?? []).map(response => ({
      code: response.ErrorCode ?? 0,
      answer: Number(response.ResponseCode ?? 0),
      path: response.ResponsePagePath ?? '',
      ttlSeconds: response.ErrorCachingMinTTL ?? 10,
    })),
    priceClass: config.PriceClass ?? '',
    httpVersion: config.HttpVersion ?? '',
    ipv6: config.IsIPV6Enabled ?? false,
  })
}

/** `held` with our settings in it; what we do not manage (firewall, logging, further origins) stays as it is. */
export const configWith = (held: Partial<DistributionConfig>, settings: DistributionSettings) => {
  const before = originOf(held)
  const Id = `${ORIGIN}${settings.origin.accessControl}`
  const moved = <T extends { TargetOriginId?: string }>(behaviour: T): T =>
    behaviour.TargetOriginId === before?.Id ? { ...behaviour, TargetOriginId: Id } : behaviour
  const others = (held.Origins?.Items ?? []).filter(origin => origin.Id !== before?.Id && origin.Id !== Id)
  const origins: Origin[] = [
    {
      ...before,
      Id,
      DomainName: settings.origin.domain,
      OriginAccessControlId: settings.origin.accessControl,
      // Must be there and empty for a bucket behind an access control, and alone.
      S3OriginConfig: { OriginAccessIdentity: '' },
      CustomOriginConfig: undefined,
      VpcOriginConfig: undefined,
    },
    ...others,
  ]
  return {
    ...held,
    Enabled: settings.enabled,
    Aliases: counted(settings.aliases),
    ViewerCertificate: certificateFor(settings),
    Origins: { Quantity: origins.length, Items: origins },
    DefaultCacheBehavior: behaviourWith(held.DefaultCacheBehavior, Id, settings),
    ...(held.CacheBehaviors === undefined
      ? {}
      : { CacheBehaviors: counted((held.CacheBehaviors.Items ?? []).map(moved)) }),
    DefaultRootObject: settings.rootObject,
    CustomErrorResponses: counted(
      settings.errorResponses.map(({ code, answer, path, ttlSeconds }) => ({
        ErrorCode: code,
        ResponseCode: String(answer),
        ResponsePagePath: path,
        ErrorCachingMinTTL: ttlSeconds,
      })),
    ),
    PriceClass: settings.priceClass as PriceClass,
    HttpVersion: settings.httpVersion as HttpVersion,
    IsIPV6Enabled: settings.ipv6,
  } satisfies Partial<DistributionConfig>
}

const behaviourWith = (
  held: DefaultCacheBehavior | undefined,
  TargetOriginId: string,
  settings: DistributionSettings,
): DefaultCacheBehavior => ({
  Compress: true,
  ...held,
  TargetOriginId,
  ViewerProtocolPolicy: settings.viewerProtocol,
  CachePolicyId: settings.cachePolicy,
  ResponseHeadersPolicyId: settings.headersPolicy ?? undefined,
  FunctionAssociations: counted([
    ...associations(held).filter(association => !isViewerRequest(association)),
    ...(settings.viewerRequest === null
      ? []
      : [{ FunctionARN: settings.viewerRequest, EventType: 'viewer-request' as const }]),
  ]),
  // CloudFront refuses these beside a cache policy.
  ForwardedValues: undefined,
  MinTTL: undefined,
  DefaultTTL: undefined,
  MaxTTL: undefined,
})

const certificateFor = ({ certificate, minimumTls }: DistributionSettings): ViewerCertificate =>
  certificate === null
    ? { CloudFrontDefaultCertificate: true }
    : {
        ACMCertificateArn: certificate,
        SSLSupportMethod: 'sni-only',
        MinimumProtocolVersion: minimumTls as MinimumProtocolVersion,
      }

const associations = (behaviour: DefaultCacheBehavior | undefined): FunctionAssociation[] =>
  behaviour?.FunctionAssociations?.Items ?? []

const isViewerRequest = ({ EventType }: FunctionAssociation): boolean => EventType === 'viewer-request'
