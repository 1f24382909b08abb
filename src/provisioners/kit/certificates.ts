import {
  ACMClient,
  type CertificateDetail,
  type CertificateSummary,
  DescribeCertificateCommand,
  KeyAlgorithm,
  ListTagsForCertificateCommand,
  paginateListCertificates,
} from '@aws-sdk/client-acm'
import type { Aws, Tags } from '../../resource.ts'
import { absentIf } from './absentIf.ts'
import { plainName } from './hostedZones.ts'
import { tagsFrom } from './tags.ts'

export interface HeldCertificate {
  readonly arn: string
  readonly detail: CertificateDetail
  readonly tags: Tags
}

const GONE = 'ResourceNotFoundException'

/** Standing, or on its way; an expired or refused one does not keep anybody from requesting another. */
const USABLE: readonly unknown[] = ['ISSUED', 'PENDING_VALIDATION']

export const isUsable = ({ Status }: CertificateDetail): boolean => USABLE.includes(Status)

export const acm = (aws: Aws, region: string): ACMClient => aws.client(ACMClient, region)

/** Every certificate of a region, listed once per survey; ACM shows RSA ones only, unless asked for all. */
export const certificatesIn = (aws: Aws, region: string): Promise<CertificateSummary[]> =>
  aws.memo(`certificates ${region}`, async () => {
    const Includes = { keyTypes: Object.values(KeyAlgorithm) }
    const found: CertificateSummary[] = []
    for await (const page of paginateListCertificates({ client: acm(aws, region) }, { Includes }))
      found.push(...(page.CertificateSummaryList ?? []))
    return found
  })

/** The certificates of `domain` with details and tags: a stack's own before strangers, the newest first. */
export const certificatesOf = async (
  aws: Aws,
  domain: string,
  region: string,
): Promise<HeldCertificate[]> => {
  const summaries = await certificatesIn(aws, region)
  const all = await Promise.all(
    summaries
      .filter(({ DomainName = '' }) => plainName(DomainName) === domain)
      .map(({ CertificateArn = '' }) => load(aws, region, CertificateArn)),
  )
  return all
    .filter(held => held !== undefined)
    .filter(held => isStacks(held) || isUsable(held.detail))
    .sort((a, b) => Number(isStacks(b)) - Number(isStacks(a)) || createdMs(b) - createdMs(a))
}

const load = async (aws: Aws, region: string, arn: string): Promise<HeldCertificate | undefined> => {
  const of = { CertificateArn: arn }
  const [described, tags] = await Promise.all([
    absentIf(acm(aws, region).send(new DescribeCertificateCommand(of)), GONE),
    absentIf(acm(aws, region).send(new ListTagsForCertificateCommand(of)), GONE),
  ])
  const detail = described?.Certificate
  return detail === undefined ? undefined : { arn, detail, tags: tagsFrom(tags?.Tags) }
}

/** Whether ACM itself made and issued the certificate; of one brought along nobody knows what it is good for. */
export const isIssued = async (aws: Aws, region: string, arn: string): Promise<boolean> => {
  const asked = acm(aws, region).send(new DescribeCertificateCommand({ CertificateArn: arn }))
  const described = await absentIf(asked, GONE, 'AccessDenied')
  return described?.Certificate?.Status === 'ISSUED' && described.Certificate.Type === 'AMAZON_ISSUED'
}

const isStacks = ({ tags }: HeldCertificate): boolean => tags['storyarch:stack'] !== undefined

const createdMs = ({ detail }: HeldCertificate): number => detail.CreatedAt?.getTime() ?? 0

/** Names whose validation record is one: an apex and its wildcard. */
const base = (name: string): string => plainName(name).replace(/^\*\./, '')

/**
 * The certificates, beside those of `arns`, that are proven by the same records as `names`: for one name and account
 * ACM asks for one record, whatever the region, and looks for it again at each renewal.
 */
export const provenAlike = async (
  aws: Aws,
  names: readonly string[],
  arns: readonly string[],
): Promise<CertificateDetail[]> => {
  const bases = new Set(names.map(base))
  const inRegion = async (region: string): Promise<(CertificateDetail | undefined)[]> => {
    const alike = (await certificatesIn(aws, region)).filter(
      ({ CertificateArn = '', DomainName = '', SubjectAlternativeNameSummaries = [] }) =>
        !arns.includes(CertificateArn) &&
        [DomainName, ...SubjectAlternativeNameSummaries].some(name => bases.has(base(name))),
    )
    return Promise.all(
      alike.map(async ({ CertificateArn = '' }) => (await load(aws, region, CertificateArn))?.detail),
    )
  }
  const regions = [...new Set([aws.region, 'us-east-1'])]
  const found = (await Promise.all(regions.map(inRegion))).flat()
  return found.filter(detail => detail !== undefined).filter(isUsable)
}
