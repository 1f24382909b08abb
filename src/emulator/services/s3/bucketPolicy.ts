import { AwsError } from '../../service.ts'

type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
type Statement = { [name: string]: Json }

/** Conditions that pin a caller down, so that a policy for everybody is not public ("The meaning of public"). */
const PINNING = [
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]

/**
 * The policy as S3 gives it back: compact, lists of one unwrapped, account ids as root ARNs.
 * Throws MalformedPolicy as PutBucketPolicy does.
 */
export const normalPolicy = (text: string, bucket: string): string => {
  const policy = parsed(text)
  const statements = listOf(policy['Statement'])
  if (statements.length === 0) throw malformed('Missing required field Statement')
  if (!['2012-10-17', '2008-10-17', undefined].includes(policy['Version'] as string | undefined))
    throw malformed('The policy must contain a valid version string')
  return JSON.stringify({
    ...policy,
    Statement: statements.map(statement => {
      if (!isRecord(statement)) throw malformed('Statement is not valid JSON')
      check(statement, bucket)
      return normalStatement(statement)
    }),
  })
}

const parsed = (text: string): Statement => {
  try {
    const policy: Json = JSON.parse(text)
    if (isRecord(policy)) return policy
  } catch {
    // Answered below, with S3's own words.
  }
  throw malformed("Policies must be valid JSON and the first byte must be '{'")
}

const check = (statement: Statement, bucket: string): void => {
  if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny')
    throw malformed(`Invalid effect: ${JSON.stringify(statement['Effect'] ?? '')}`)
  const principal = statement['Principal'] ?? statement['NotPrincipal']
  if (principal === undefined) throw malformed('Missing required field Principal')
  if (!isPrincipal(principal)) throw malformed('Invalid principal in policy')
  const actions = listOf(statement['Action'] ?? statement['NotAction'])
  if (actions.length === 0) throw malformed('Missing required field Action')
  if (actions.some(action => !/^(\*|s3:[\w*?]+)$/i.test(String(action))))
    throw malformed('Policy has invalid action')
  const resources = listOf(statement['Resource'] ?? statement['NotResource'])
  if (resources.length === 0) throw malformed('Missing required field Resource')
  const arn = `arn:aws:s3:::${bucket}`
  if (resources.some(resource => resource !== arn && !String(resource).startsWith(`${arn}/`)))
    throw malformed('Policy has invalid resource')
}

const isPrincipal = (principal: Json): boolean => {
  if (!isRecord(principal)) return principal === '*'
  return Object.entries(principal).every(([kind, who]) =>
    listOf(who).every(
      one => kind !== 'AWS' || /^(\*|\d{12}|arn:aws[\w-]*:(iam|sts)::.+|A[A-Z0-9]{15,})$/.test(String(one)),
    ),
  )
}

const normalStatement = (statement: Statement): Statement =>
  Object.fromEntries(
    Object.entries(statement).map(([name, value]) => [
      name,
      name.endsWith('Principal') ? normalPrincipal(value) : unwrapped(value),
    ]),
  )

const normalPrincipal = (principal: Json): Json => {
  if (!isRecord(principal)) return principal
  return Object.fromEntries(
    Object.entries(principal).map(([kind, who]) => [
      kind,
      unwrapped(
        listOf(who).map(one =>
          kind === 'AWS' && /^\d{12}$/.test(String(one)) ? `arn:aws:iam::${one}:root` : one,
        ),
      ),
    ]),
  )
}

const unwrapped = (value: Json): Json => {
  if (Array.isArray(value)) return value.length === 1 ? (value[0] ?? null) : value
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrapped(inner)]))
}

/** True when some statement allows everybody something without pinning the caller down. */
export const isPublic = (policy: string): boolean =>
  listOf(parsed(policy)['Statement']).some(
    statement =>
      isRecord(statement) &&
      statement['Effect'] === 'Allow' &&
      isEverybody(statement['Principal'] ?? null) &&
      !conditionKeys(statement['Condition'] ?? {}).some(key => PINNING.includes(key)),
  )

const isEverybody = (principal: Json): boolean =>
  principal === '*' || (isRecord(principal) && listOf(principal['AWS']).includes('*'))

const conditionKeys = (conditions: Json): string[] =>
  Object.values(isRecord(conditions) ? conditions : {}).flatMap(tests =>
    Object.keys(isRecord(tests) ? tests : {}).map(key => key.toLowerCase()),
  )

const listOf = (value: Json | undefined): Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const isRecord = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message, { status: 400 })
