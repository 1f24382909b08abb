import type { DistributionConfig } from '@aws-sdk/client-cloudfront'
import { AwsError, type Call } from '../../service.ts'
import { certificateAt, covers } from '../acm/state.ts'

const ARN = /^arn:aws[\w-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[A-Za-z0-9-]+$/

/**
 * The certificate stands in us-east-1, is issued and covers every alias.
 * A well-formed ARN that ACM here has never heard of is taken on trust: manifests name certificates of the real account.
 */
export const checkCertificate = (config: DistributionConfig, call: Call): void => {
  const { ACMCertificateArn: arn, IAMCertificateId, SSLSupportMethod } = config.ViewerCertificate ?? {}
  const aliases = config.Aliases?.Items ?? []
  if (IAMCertificateId !== undefined) throw invalid('IAM server certificates are not kept here.')
  if (arn === undefined) {
    if (aliases.length === 0) return
    throw invalid(
      'To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.',
    )
  }
  const region = ARN.exec(arn)?.[1]
  if (region !== 'us-east-1')
    throw invalid(
      "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
    )
  if (SSLSupportMethod === undefined)
    throw invalid('An SSLSupportMethod is required with an ACM certificate.')
  const certificate = certificateAt(call, arn)
  if (!certificate) return
  if (certificate.status !== 'ISSUED')
    throw invalid(
      "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
    )
  const bare = aliases.find(alias => !certificate.names.some(name => covers(name, alias)))
  if (bare !== undefined)
    throw invalid(
      `The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add: ${bare}`,
    )
}

const invalid = (message: string): AwsError =>
  new AwsError('InvalidViewerCertificate', message, { status: 400 })
