import { AwsError, type Call, type Table } from '../../service.ts'
import { cnameSince } from '../route53/state.ts'

export interface Certificate {
  arn: string
  domain: string
  /** The domain first, then the other names. */
  names: string[]
  token: string | null
  keyAlgorithm: string
  transparency: boolean
  /** Epoch milliseconds, as are the others. */
  requestedAt: number
  /** From then on the records to make are shown. */
  recordsAt: number
  records: ValidationRecord[]
  issuedAt: number | null
}

/** The CNAME that proves one name; an apex and its wildcard share one. */
export interface ValidationRecord {
  domain: string
  name: string
  value: string
}

export type Status = 'PENDING_VALIDATION' | 'ISSUED' | 'VALIDATION_TIMED_OUT'

/** ACM looks at the records about once a minute, and gives up after three days. */
const VALIDATION_MS = 60_000
const PATIENCE_MS = 72 * 3_600_000

export const certificates = (call: Call, region: string): Table<Certificate> =>
  call.table('certificates', { service: 'acm', region })

const ARN = /^arn:aws[\w-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[A-Za-z0-9-]+$/

/** A certificate with its status now; undefined when ACM here does not know it. */
export const certificateAt = (call: Call, arn: string): (Certificate & { status: Status }) | undefined => {
  const region = ARN.exec(arn)?.[1]
  if (region === undefined) return undefined
  const held = certificates(call, region).get(arn)
  return held && { ...held, ...settled(call, held, region) }
}

/** Once issued a certificate stays issued, whatever becomes of its records; so the moment is kept. */
const settled = (
  call: Call,
  certificate: Certificate,
  region: string,
): { status: Status; issuedAt: number | null } => {
  if (certificate.issuedAt !== null) return { status: 'ISSUED', issuedAt: certificate.issuedAt }
  const since = certificate.records.map(({ name, value }) => cnameSince(call, name, value))
  const proven = since.every(at => at !== undefined)
    ? Math.max(certificate.requestedAt, ...since.map(at => at ?? 0)) + call.delay(VALIDATION_MS)
    : Number.POSITIVE_INFINITY
  if (proven <= call.now) {
    certificates(call, region).set(certificate.arn, { ...certificate, issuedAt: proven })
    return { status: 'ISSUED', issuedAt: proven }
  }
  const status =
    call.now - certificate.requestedAt > PATIENCE_MS ? 'VALIDATION_TIMED_OUT' : 'PENDING_VALIDATION'
  return { status, issuedAt: null }
}

/** A wildcard stands for exactly one label. */
export const covers = (name: string, host: string): boolean =>
  name === host || (name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2))

/** Throws ValidationException for what is no ARN, ResourceNotFoundException for what is not here. */
export const certificateKnown = (arn: string | undefined, call: Call): Certificate & { status: Status } => {
  if (!ARN.test(arn ?? ''))
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${arn}' at 'certificateArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\\w+=/,.@-]+:acm:[\\w+=/,.@-]*:[0-9]+:[\\w+=,.@-]+(/[\\w+=,.@-]+)*`,
      { status: 400 },
    )
  const region = ARN.exec(arn ?? '')?.[1]
  const certificate = region === call.region ? certificateAt(call, arn ?? '') : undefined
  if (!certificate)
    throw new AwsError('ResourceNotFoundException', `Could not find certificate ${arn}.`, { status: 400 })
  return certificate
}
