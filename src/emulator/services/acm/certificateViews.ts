import type * as ACM from '@aws-sdk/client-acm'
import type { Call } from '../../service.ts'
import type { DomainRow } from '../apigateway/rows.ts'
import { usersOf, usesCertificate } from '../cloudfront/references.ts'
import { distributionArn } from '../cloudfront/state.ts'
import type { Certificate, Status } from './state.ts'

/** ACM's certificates live thirteen months. */
const LIFETIME_MS = 395 * 24 * 3_600_000

/** ARNs of the distributions and API domains that use a certificate. */
export const inUseBy = (arn: string, call: Call): string[] => [
  ...usersOf(call, usesCertificate(arn)).map(({ id }) => distributionArn(call, id)),
  ...call
    .table<DomainRow>('domains', { service: 'apigateway' })
    .values()
    .filter(({ certificate }) => certificate === arn)
    .map(({ name }) => `arn:aws:apigateway:${call.region}::/domainnames/${name}`),
]

/** As DescribeCertificate answers. */
export const detail = (certificate: Certificate & { status: Status }, call: Call): ACM.CertificateDetail => {
  const { status, issuedAt } = certificate
  return {
    CertificateArn: certificate.arn,
    DomainName: certificate.domain,
    SubjectAlternativeNames: certificate.names,
    DomainValidationOptions: certificate.records.map(({ domain, name, value }) => ({
      DomainName: domain,
      ValidationDomain: domain,
      ValidationMethod: 'DNS',
      ValidationStatus:
        status === 'ISSUED' ? 'SUCCESS' : status === 'PENDING_VALIDATION' ? 'PENDING_VALIDATION' : 'FAILED',
      ResourceRecord:
        certificate.recordsAt > call.now ? undefined : { Name: name, Type: 'CNAME', Value: value },
    })),
    Subject: `CN=${certificate.domain}`,
    Issuer: 'Amazon',
    Type: 'AMAZON_ISSUED',
    Status: status,
    CreatedAt: new Date(certificate.requestedAt),
    ...validity(issuedAt),
    KeyAlgorithm: certificate.keyAlgorithm as ACM.KeyAlgorithm,
    SignatureAlgorithm: certificate.keyAlgorithm.startsWith('EC') ? 'SHA256WITHECDSA' : 'SHA256WITHRSA',
    InUseBy: inUseBy(certificate.arn, call),
    RenewalEligibility: status === 'ISSUED' ? 'ELIGIBLE' : 'INELIGIBLE',
    Options: { CertificateTransparencyLoggingPreference: certificate.transparency ? 'ENABLED' : 'DISABLED' },
  }
}

const validity = (issuedAt: number | null) =>
  issuedAt === null
    ? {}
    : {
        IssuedAt: new Date(issuedAt),
        NotBefore: new Date(issuedAt),
        NotAfter: new Date(issuedAt + LIFETIME_MS),
      }

/** As ListCertificates answers. */
export const summary = (
  certificate: Certificate & { status: Status },
  call: Call,
): ACM.CertificateSummary => ({
  CertificateArn: certificate.arn,
  DomainName: certificate.domain,
  SubjectAlternativeNameSummaries: certificate.names,
  HasAdditionalSubjectAlternativeNames: false,
  Status: certificate.status,
  Type: 'AMAZON_ISSUED',
  KeyAlgorithm: certificate.keyAlgorithm as ACM.KeyAlgorithm,
  InUse: inUseBy(certificate.arn, call).length > 0,
  RenewalEligibility: certificate.status === 'ISSUED' ? 'ELIGIBLE' : 'INELIGIBLE',
  CreatedAt: new Date(certificate.requestedAt),
  ...validity(certificate.issuedAt),
})
