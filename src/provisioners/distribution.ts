import type { Outputs } from '../resource.ts'

/** name: its comment, `<project>-<environment>-<logical>`; the CallerReference is derived from it. */
export interface DistributionProps {
  /** One write: CloudFront replaces the whole configuration; settings not named here are kept as they are. */
  config: {
    enabled: boolean
    aliases: string[]
    certificate: string | null
    minimumTls: string
    origin: { domain: string; accessControl: string }
    rootObject: string
    cachePolicy: string
    headersPolicy: string | null
    /** CloudFront function on viewer-request of the default behaviour. */
    viewerRequest: string | null
    errorResponses: { code: number; answer: number; path: string; ttlSeconds: number }[]
    priceClass: string
    httpVersion: string
    ipv6: boolean
  }
}

export interface DistributionOut extends Outputs {
  id: string
  arn: string
  domain: string
  hostedZone: string
}
