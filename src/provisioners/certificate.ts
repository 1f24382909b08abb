import { createHash, randomUUID } from 'node:crypto'
import {
  AddTagsToCertificateCommand,
  type CertificateDetail,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  RemoveTagsFromCertificateCommand,
  RequestCertificateCommand,
} from '@aws-sdk/client-acm'
import { NotYet } from '../errors.ts'
import type { Aws, Health, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { acm, certificatesIn, certificatesOf, isUsable, provenAlike } from './kit/certificates.ts'
import { tagPairs } from './kit/tags.ts'
import {
  dropValidation,
  putValidation,
  validationRecords,
  validationStands,
} from './kit/validationRecords.ts'

/** name: `<domain>@<region>`. Pending until issued. */
export interface CertificateProps {
  /** ACM changes no names: another set is a new certificate. The old one stays, unused, until destroy. */
  names: { domain: string; aliases: string[] }
  /** The validation CNAMEs stand in this zone, which the certificate's tag `storyarch:zone` must name too. */
  validation: { zone: string; present: boolean }
}

export interface CertificateOut extends Outputs {
  arn: string
  name: string
}

const GONE = 'ResourceNotFoundException'
const STACK = 'storyarch:stack'
const ZONE = 'storyarch:zone'

const split = (name: string): { domain: string; region: string } => {
  const at = name.lastIndexOf('@')
  return { domain: name.slice(0, at), region: name.slice(at + 1) }
}

const regionIn = (arn: string): string => arn.split(':')[3] ?? ''

const normal = ({ names, validation }: CertificateProps): CertificateProps => ({
  names: { ...names, aliases: [...names.aliases].sort() },
  validation,
})

const healthOf = ({ Status, FailureReason, DomainName }: CertificateDetail): Health =>
  Status === 'ISSUED'
    ? 'ready'
    : Status === 'PENDING_VALIDATION'
      ? 'pending'
      : {
          ailing: `the certificate of ${DomainName} is ${Status}${FailureReason ? `: ${FailureReason}` : ''}`,
        }

const request = async (
  aws: Aws,
  name: string,
  { names }: CertificateProps,
  tags: Tags,
  IdempotencyToken: string,
): Promise<string> => {
  const { domain, region } = split(name)
  const { CertificateArn = '' } = await acm(aws, region).send(
    new RequestCertificateCommand({
      DomainName: domain,
      SubjectAlternativeNames: names.aliases.length === 0 ? undefined : names.aliases,
      ValidationMethod: 'DNS',
      IdempotencyToken,
      Tags: tagPairs(tags),
    }),
  )
  return CertificateArn
}

const validate = async (aws: Aws, arn: string, { zone, present }: CertificateProps['validation']) => {
  const { Certificate = {} } = await acm(aws, regionIn(arn)).send(
    new DescribeCertificateCommand({ CertificateArn: arn }),
  )
  const records = validationRecords(Certificate)
  if (records === undefined) throw new NotYet('ACM has not named its validation records yet')
  if (present) await putValidation(aws, zone, records)
  else await dropValidation(aws, zone, records)
}

/** ACM takes 32 characters. */
const tokenOf = (...facts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)

export const certificate: Provisioner<CertificateProps, CertificateOut> = {
  kind: 'certificate',
  naming: { max: 300, allow: /^(\*\.)?[a-z0-9-.]+@[a-z0-9-]+$/ },
  permissions: {
    read: [
      'acm:ListCertificates',
      'acm:DescribeCertificate',
      'acm:ListTagsForCertificate',
      'route53:ListHostedZonesByName',
      'route53:ListResourceRecordSets',
    ],
    write: [
      'acm:RequestCertificate',
      'acm:AddTagsToCertificate',
      'acm:RemoveTagsFromCertificate',
      'route53:ChangeResourceRecordSets',
    ],
    remove: ['acm:DeleteCertificate', 'route53:ChangeResourceRecordSets'],
  },
  renews: ['arn'],
  settles: { usuallySeconds: 120, atMostSeconds: 3600 },
  // Its tag may be the last that says in which zone the records stand.
  removeAfter: ['distribution', 'apiDomain', 'dnsRecord'],
  hunt: {
    async arn(arn, aws) {
      if (arn.split(':')[2] !== 'acm') return undefined
      const region = regionIn(arn)
      const found = (await certificatesIn(aws, region)).find(({ CertificateArn }) => CertificateArn === arn)
      return found?.DomainName === undefined ? undefined : `${found.DomainName}@${region}`
    },
  },
  normal,

  async read(aws, name) {
    const { domain, region } = split(name)
    const [held] = await certificatesOf(aws, domain, region)
    if (held === undefined) return undefined
    const { arn, detail, tags } = held
    const zone = tags[ZONE] ?? ''
    return {
      props: normal({
        names: {
          // One that ran out of time proves no name any more, and ACM never tries again.
          domain: isUsable(detail) ? domain : `${domain} (${detail.Status})`,
          aliases: (detail.SubjectAlternativeNames ?? []).filter(alias => alias !== domain),
        },
        validation: { zone, present: zone !== '' && (await validationStands(aws, zone, detail)) },
      }),
      out: { arn, name },
      tags,
      health: healthOf(detail),
    }
  },

  // A fresh token: ACM remembers one for an hour, even when its certificate has been deleted.
  create: (aws, name, want, tags) => request(aws, name, want, tags, tokenOf(randomUUID())),

  change: {
    async names(aws, { out, props, tags }, want) {
      // The second round, after ACM had not named the new one's records yet.
      const requested = tokenOf(props.names) === tokenOf(want.names)
      const arn = requested ? out.arn : await request(aws, out.name, want, tags, tokenOf(out.arn, want.names))
      await validate(aws, arn, want.validation)
    },
    async validation(aws, { out, tags }, { validation }) {
      await validate(aws, out.arn, validation)
      // The next read looks for the records where this tag says.
      if (tags[ZONE] !== validation.zone)
        await acm(aws, regionIn(out.arn)).send(
          new AddTagsToCertificateCommand({
            CertificateArn: out.arn,
            Tags: tagPairs({ [ZONE]: validation.zone }),
          }),
        )
    },
  },

  async retag(aws, { out }, put, drop) {
    const client = acm(aws, regionIn(out.arn))
    const of = { CertificateArn: out.arn }
    if (Object.keys(put).length > 0)
      await client.send(new AddTagsToCertificateCommand({ ...of, Tags: tagPairs(put) }))
    if (drop.length > 0)
      await client.send(new RemoveTagsFromCertificateCommand({ ...of, Tags: drop.map(Key => ({ Key })) }))
  },

  /**
   * With those it superseded. The records go first: once a certificate is gone nobody knows them any more. Those that
   * another certificate is proven by stay.
   */
  async remove(aws, { out, tags }) {
    const { domain, region } = split(out.name)
    aws.forget(null)
    const doomed = (await certificatesOf(aws, domain, region)).filter(
      held => held.arn === out.arn || (tags[STACK] !== undefined && held.tags[STACK] === tags[STACK]),
    )
    const zone = tags[ZONE] ?? ''
    const names = doomed.flatMap(({ detail }) => [domain, ...(detail.SubjectAlternativeNames ?? [])])
    const arns = doomed.map(({ arn }) => arn)
    const others = zone === '' ? [] : await provenAlike(aws, names, arns)
    const needed = new Set(others.flatMap(detail => validationRecords(detail) ?? []).map(({ Name }) => Name))
    for (const { arn, detail } of doomed) {
      // Asked before its records go: whoever goes on using it needs them at the next renewal.
      const [user] = detail.InUseBy ?? []
      if (user !== undefined) throw new NotYet(`the certificate of ${domain} is still used by ${user}`)
      const records = (validationRecords(detail) ?? []).filter(({ Name }) => !needed.has(Name))
      if (zone !== '') await dropValidation(aws, zone, records)
      await absentIf(acm(aws, region).send(new DeleteCertificateCommand({ CertificateArn: arn })), GONE)
    }
  },

  price: () => [],
}
