import { createHash, randomUUID } from 'node:crypto'
import type * as ACM from '@aws-sdk/client-acm'
import { AwsError, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { detail, inUseBy, summary } from './certificateViews.ts'
import {
  type Certificate,
  certificateAt,
  certificateKnown,
  certificates,
  type ValidationRecord,
} from './state.ts'
import { checkedTags } from './tagging.ts'

const RECORDS_MS = 5_000
const TOKEN_MS = 3_600_000

export const certificateOperations = {
  RequestCertificate: (input, call) => {
    const names = namesOf(input)
    if (input.ValidationMethod !== undefined && input.ValidationMethod !== 'DNS')
      throw invalid('Only DNS validation is offered here: nobody reads mail.')
    const twin = certificates(call, call.region)
      .values()
      .find(
        held =>
          input.IdempotencyToken !== undefined &&
          held.token === input.IdempotencyToken &&
          held.requestedAt + TOKEN_MS > call.now &&
          held.names.join() === names.join(),
      )
    if (twin) return { CertificateArn: twin.arn }
    const tags = checkedTags(input.Tags)
    const arn = `arn:aws:acm:${call.region}:${call.account}:certificate/${randomUUID()}`
    const certificate: Certificate = {
      arn,
      domain: names[0] ?? '',
      names,
      token: input.IdempotencyToken ?? null,
      keyAlgorithm: input.KeyAlgorithm ?? 'RSA_2048',
      transparency: input.Options?.CertificateTransparencyLoggingPreference !== 'DISABLED',
      requestedAt: call.now,
      recordsAt: call.now + call.delay(RECORDS_MS),
      records: names.map(name => validationRecord(name, call.account)),
      issuedAt: null,
    }
    certificates(call, call.region).set(arn, certificate)
    putTags(call, arn, tags)
    return { CertificateArn: arn }
  },

  DescribeCertificate: (input, call) => {
    const certificate = certificateKnown(input.CertificateArn, call)
    return { Certificate: detail(certificate, call) }
  },

  /** Without a filter only RSA keys up to 2048 bits are shown. */
  ListCertificates: (input, call) => {
    const types: readonly string[] = input.Includes?.keyTypes ?? ['RSA_1024', 'RSA_2048']
    const all = certificates(call, call.region)
      .values()
      .flatMap(({ arn }) => certificateAt(call, arn) ?? [])
      .filter(({ keyAlgorithm }) => types.includes(keyAlgorithm))
      .filter(({ status }) => input.CertificateStatuses?.includes(status) !== false)
      .sort((a, b) => (a.arn < b.arn ? -1 : 1))
      .filter(({ arn }) => arn > Buffer.from(input.NextToken ?? '', 'base64').toString())
    const max = input.MaxItems ?? 100
    const shown = all.slice(0, max)
    return {
      CertificateSummaryList: shown.map(certificate => summary(certificate, call)),
      NextToken: all.length > max ? Buffer.from(shown.at(-1)?.arn ?? '').toString('base64') : undefined,
    }
  },

  DeleteCertificate: (input, call) => {
    const { arn } = certificateKnown(input.CertificateArn, call)
    const users = inUseBy(arn, call)
    if (users.length > 0)
      throw new AwsError(
        'ResourceInUseException',
        `Certificate ${arn} in account ${call.account} is in use.`,
        {
          status: 400,
        },
      )
    certificates(call, call.region).delete(arn)
    forgetTags(call, arn)
    return {}
  },
} satisfies Service<typeof ACM>

const NAME = /^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/

const invalid = (message: string): AwsError => new AwsError('ValidationException', message, { status: 400 })

const namesOf = (input: {
  DomainName: string | undefined
  SubjectAlternativeNames?: string[] | undefined
}): string[] => {
  const names = [input.DomainName ?? '', ...(input.SubjectAlternativeNames ?? [])].map(name =>
    name.toLowerCase(),
  )
  const odd = names.find(name => !NAME.test(name) || name.length > 253)
  if (odd !== undefined)
    throw invalid(
      `1 validation error detected: Value '${odd}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${NAME.source}`,
    )
  const unique = [...new Set(names)]
  if (unique.length > 100)
    throw new AwsError('LimitExceededException', 'At most 100 names in one certificate', { status: 400 })
  return unique
}

/** Derived from the name alone, so a second request asks for the record that already stands. */
const validationRecord = (name: string, account: string): ValidationRecord => {
  const base = name.replace(/^\*\./, '')
  const hash = (salt: string): string => createHash('md5').update(`${salt} ${account} ${base}`).digest('hex')
  return {
    domain: name,
    name: `_${hash('name')}.${base}.`,
    value: `_${hash('value')}.${hash('zone').slice(0, 10)}.acm-validations.aws.`,
  }
}
