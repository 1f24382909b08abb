import type { Frontend, Manifest } from '../manifest/manifest.ts'
import { derivedNames } from '../manifest/names.ts'
import type { Policy } from '../policy.ts'
import type { BucketProps } from '../provisioners/bucket.ts'
import type { BucketContentsProps } from '../provisioners/bucketContents.ts'
import type { CloudfrontFunctionProps } from '../provisioners/cloudfrontFunction.ts'
import type { DistributionProps } from '../provisioners/distribution.ts'
import type { OriginAccessControlProps } from '../provisioners/originAccessControl.ts'
import type { Desired, Recipe } from '../resource.ts'
import { output } from '../token.ts'
import { apiEndpoint, apiUrl as apiUrlOf } from './apiUrl.ts'
import { arns } from './arns.ts'
import type { Artifact } from './artifacts.ts'
import { bucketOf, httpsOnly } from './buckets.ts'
import { certificate } from './certificate.ts'
import { policy, wish, zoneTag } from './kit.ts'
import { record } from './record.ts'
import { SPA_FALLBACK } from './spaFallback.ts'
import { hasBackend } from './withBackend.ts'

/** Managed policies (CloudFront guide, "Managed cache policies", "Managed response headers policies"). */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
const SECURITY_HEADERS = '67f7725c-6f97-4210-82d7-5512b31e9d03'

const LOGICAL = 'frontend'
export const DISTRIBUTION = `distribution/${LOGICAL}`

/** A private bucket that only its distribution reads, the files in it, the distribution, and the site's names. */
export const frontend = (
  manifest: Manifest,
  site: Frontend,
  contents: Artifact | null,
  ownDomains: boolean,
): Desired[] => {
  const names = derivedNames(manifest.project, manifest.environment)
  return [
    wish<OriginAccessControlProps>('originAccessControl', LOGICAL, names.accessControl, {
      originType: 's3',
      signing: { behavior: 'always', protocol: 'sigv4' },
    }),
    ...(site.fallback === 'function' ? [fallback(names.fallbackFunction)] : []),
    ...certificate(manifest, LOGICAL, site, 'us-east-1'),
    wish<DistributionProps>(
      'distribution',
      LOGICAL,
      names.distribution,
      { config: config(manifest, site) },
      { tags: zoneTag(site.domain === null ? null : (manifest.dns?.zone ?? null)) },
    ),
    wish<BucketProps>('bucket', LOGICAL, site.bucket, {
      ...bucketOf(manifest.region),
      versioning: false,
      policy: readers(site.bucket, manifest),
    }),
    ...(contents === null ? [] : [files(manifest, site.bucket, contents, ownDomains)]),
    ...domains(site).flatMap((domain, index) =>
      record(manifest, index === 0 ? LOGICAL : `${LOGICAL}-${domain}`, domain, {
        target: output(DISTRIBUTION, 'domain'),
        targetZone: output(DISTRIBUTION, 'hostedZone'),
        ipv6: true,
      }),
    ),
  ]
}

/**
 * The files need the distribution too: its edges forget the old ones. They tell the page where the API answers, which is
 * at its own domain only where that leads to it.
 */
const files = (manifest: Manifest, bucket: string, { source, recipe }: Artifact, ownDomains: boolean) => {
  const aimed: Recipe & { readonly distribution: string } = {
    ...recipe,
    distribution: output(DISTRIBUTION, 'id'),
  }
  const apiUrl = !hasBackend(manifest) ? null : ownDomains ? apiUrlOf(manifest) : apiEndpoint(manifest)
  return wish<BucketContentsProps>(
    'bucketContents',
    LOGICAL,
    bucket,
    {
      content: {
        source,
        config: { apiUrl, startUrl: apiUrl && `${apiUrl}/start` },
        damaged: [],
      },
    },
    {
      after: [`bucket/${LOGICAL}`],
      recipe: aimed,
    },
  )
}

const domains = ({ domain, aliases }: Frontend): string[] => (domain === null ? [] : [domain, ...aliases])

/** Every origin a browser may show the site under. */
export const origins = (site: Frontend): string[] =>
  (site.domain === null ? [output(DISTRIBUTION, 'domain')] : domains(site)).map(host => `https://${host}`)

const fallback = (name: string) =>
  wish<CloudfrontFunctionProps>('cloudfrontFunction', LOGICAL, name, {
    definition: {
      code: SPA_FALLBACK,
      runtime: 'cloudfront-js-2.0',
      comment: 'Deep links of the app lead to index.html',
    },
  })

const config = ({ region }: Manifest, site: Frontend): DistributionProps['config'] => ({
  enabled: true,
  aliases: domains(site).sort(),
  certificate: site.certificate === 'auto' ? output(`certificate/${LOGICAL}`, 'arn') : site.certificate,
  // CloudFront's own certificate knows no other minimum.
  minimumTls: site.domain === null ? 'TLSv1' : 'TLSv1.2_2021',
  origin: {
    // With the region in it: the short name answers with redirects while a new bucket spreads.
    domain: `${site.bucket}.s3.${region}.amazonaws.com`,
    accessControl: output(`originAccessControl/${LOGICAL}`, 'id'),
  },
  rootObject: 'index.html',
  viewerProtocol: 'redirect-to-https',
  cachePolicy: CACHING_OPTIMIZED,
  headersPolicy: SECURITY_HEADERS,
  viewerRequest: site.fallback === 'function' ? output(`cloudfrontFunction/${LOGICAL}`, 'arn') : null,
  // Without the right to list, S3 answers 403 for what is missing.
  errorResponses:
    site.fallback === 'errors'
      ? [403, 404].map(code => ({ code, answer: 200, path: '/index.html', ttlSeconds: 10 }))
      : [],
  priceClass: 'PriceClass_All',
  httpVersion: 'http2and3',
  ipv6: true,
})

/** The policy needs the distribution, not the other way round: its origin is known by name. */
const readers = (bucket: string, manifest: Manifest): Policy => {
  const arn = arns(manifest).bucket(bucket)
  return policy(
    {
      Sid: 'AllowCloudFront',
      Effect: 'Allow',
      Principal: { Service: ['cloudfront.amazonaws.com'] },
      Action: ['s3:GetObject'],
      Resource: [`${arn}/*`],
      Condition: { StringEquals: { 'AWS:SourceArn': [output(DISTRIBUTION, 'arn')] } },
    },
    {
      Sid: 'DenyOwnNotes',
      Effect: 'Deny',
      Principal: { Service: ['cloudfront.amazonaws.com'] },
      Action: ['s3:GetObject'],
      Resource: [`${arn}/.storyarch/*`],
    },
    httpsOnly(arn),
  )
}
