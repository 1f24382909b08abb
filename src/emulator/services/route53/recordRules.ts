import { isIP } from 'node:net'
import type { ResourceRecordSet } from '@aws-sdk/client-route-53'
import { isDnsName, liesIn, normalName, plainName } from './names.ts'
import { invalidInput } from './state.ts'

/** The hosted zone every CloudFront distribution is aliased through. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2'

/** A record set as Route 53 keeps it. */
export const normalSet = (set: ResourceRecordSet): ResourceRecordSet => ({
  ...set,
  Name: normalName(set.Name ?? ''),
  AliasTarget: set.AliasTarget && {
    ...set.AliasTarget,
    DNSName: normalName(set.AliasTarget.DNSName ?? ''),
    EvaluateTargetHealth: set.AliasTarget.EvaluateTargetHealth ?? false,
  },
})

/**
 * What is wrong with one (normal) record set of `zone`, in Route 53's words, or undefined.
 * Throws InvalidInput for what is no record set at all.
 */
export const recordFault = (set: ResourceRecordSet, zone: string): string | undefined => {
  const { Name = '', Type = '', ResourceRecords = [], AliasTarget } = set
  checkForm(set)
  if (!isDnsName(Name))
    return `Invalid Resource Record: FATAL problem: InvalidDomainName encountered with '${Name}'`
  if (!liesIn(Name, zone)) return `RRSet with DNS name ${plainName(Name)} is not permitted in zone ${zone}`
  if (Type === 'CNAME' && Name === zone)
    return `RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${zone}`
  if (AliasTarget) return aliasFault(set)
  const values = ResourceRecords.map(({ Value = '' }) => Value)
  if (new Set(values).size < values.length) return `Duplicate Resource Record: '${values.join(', ')}'`
  if (Type === 'CNAME' && values.length > 1)
    return 'Invalid Resource Record: FATAL problem: TooManyCNAMERecords'
  for (const value of values) {
    const problem = valueFault(Type, value)
    if (problem !== undefined)
      return `Invalid Resource Record: 'FATAL problem: ${problem} encountered with '${value}''`
  }
  return undefined
}

const TYPES = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
]

const POLICIES = [
  'Weight',
  'Region',
  'GeoLocation',
  'Failover',
  'MultiValueAnswer',
  'CidrRoutingConfig',
  'GeoProximityLocation',
] as const

const checkForm = (set: ResourceRecordSet): void => {
  const { Type = '', TTL, ResourceRecords, AliasTarget } = set
  const where = `Change with [Name=${set.Name}, Type=${Type}, SetIdentifier=${set.SetIdentifier ?? 'null'}]`
  if (!TYPES.includes(Type))
    throw invalidInput(
      `1 validation error detected: Value '${Type}' at 'type' failed to satisfy constraint: Member must satisfy enum value set`,
    )
  const plain = TTL !== undefined && ResourceRecords !== undefined && ResourceRecords.length > 0
  if (AliasTarget ? TTL !== undefined || ResourceRecords !== undefined : !plain)
    throw invalidInput(
      `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${AliasTarget ? 'more than one' : 'none'} in ${where}`,
    )
  if (TTL !== undefined && (TTL < 0 || TTL > 2_147_483_647))
    throw invalidInput(`Invalid TTL ${TTL} in ${where}`)
  const policies = POLICIES.filter(policy => set[policy] !== undefined)
  if ((policies.length === 1) !== (set.SetIdentifier !== undefined) || policies.length > 1)
    throw invalidInput(
      `Invalid request: Missing field 'SetIdentifier' or exactly one of [${POLICIES.join(', ')}] in ${where}`,
    )
}

const aliasFault = ({ Name, Type, AliasTarget }: ResourceRecordSet): string | undefined => {
  const { HostedZoneId = '', DNSName = '', EvaluateTargetHealth } = AliasTarget ?? {}
  const tried = `Tried to create an alias that targets ${DNSName}, type ${Type} in zone ${HostedZoneId}`
  if (HostedZoneId !== CLOUDFRONT_ZONE)
    return DNSName.endsWith('.cloudfront.net.')
      ? `${tried}, but the alias target name does not lie within the target zone`
      : undefined
  if (!DNSName.endsWith('.cloudfront.net.'))
    return `${tried}, but the alias target name does not lie within the target zone`
  if (Type !== 'A' && Type !== 'AAAA' && Type !== 'HTTPS') return `${tried}, but that target was not found`
  if (EvaluateTargetHealth === true)
    return `EvaluateTargetHealth cannot be set to true when the alias target is a CloudFront distribution: ${Name}`
  return undefined
}

const valueFault = (type: string, value: string): string | undefined => {
  if (type === 'A' && isIP(value) !== 4)
    return 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'
  if (type === 'AAAA' && isIP(value) !== 6)
    return 'AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)'
  if ((type === 'CNAME' || type === 'NS' || type === 'PTR') && !isDnsName(value))
    return `${type}RRDATANotDomainName (Value is not a valid domain name)`
  if (type === 'TXT' || type === 'SPF') return textFault(value)
  if (type === 'MX' && !/^\d+ \S+$/.test(value)) return 'MXRRDATANotTwoFields (Value does not have 2 fields)'
  return undefined
}

/** One or more strings in quotes, each of at most 255 characters. */
const textFault = (value: string): string | undefined => {
  if (!/^("(\\.|[^"\\])*")(\s+"(\\.|[^"\\])*")*$/s.test(value))
    return 'InvalidCharacterString (Value should be enclosed in quotation marks)'
  const strings = value.match(/"(\\.|[^"\\])*"/gs) ?? []
  const long = strings.some(text => text.slice(1, -1).replace(/\\(\d{3}|.)/g, '.').length > 255)
  return long ? 'CharacterStringTooLong (Value is too long)' : undefined
}
