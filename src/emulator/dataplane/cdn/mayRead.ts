import { arnLike } from '../mayInvoke.ts'

interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: string | Readonly<Record<string, string | string[]>>
  readonly Action?: string | string[]
  readonly NotAction?: string | string[]
  readonly Resource?: string | string[]
  readonly NotResource?: string | string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>
}

const listOf = (value: string | string[] | undefined): string[] => (value === undefined ? [] : [value].flat())

const isCloudFront = (principal: Statement['Principal']): boolean =>
  principal === '*' ||
  (typeof principal === 'object' && listOf(principal['Service']).includes('cloudfront.amazonaws.com'))

/** Deny statements name their victims with `*` or `{"AWS": "*"}`. */
const isAnybody = (principal: Statement['Principal']): boolean =>
  isCloudFront(principal) || (typeof principal === 'object' && listOf(principal['AWS']).includes('*'))

const fits = (patterns: string | string[] | undefined, value: string): boolean =>
  listOf(patterns).some(pattern => arnLike(pattern, value))

/** Actions are compared without regard to case. */
const isAbout = (
  { Action, NotAction, Resource, NotResource }: Statement,
  { action, resource }: Pick<Reading, 'action' | 'resource'>,
): boolean => {
  const lower = (actions: string | string[] | undefined) => listOf(actions).map(name => name.toLowerCase())
  const actions =
    NotAction === undefined
      ? fits(lower(Action), action.toLowerCase())
      : !fits(lower(NotAction), action.toLowerCase())
  const resources = NotResource === undefined ? fits(Resource, resource) : !fits(NotResource, resource)
  return actions && resources
}

/** Null: a condition nobody here can judge. */
const holds = (
  condition: Statement['Condition'],
  facts: Readonly<Record<string, string>>,
): boolean | null => {
  const tests = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => {
      const fact = facts[key.toLowerCase()]
      if (fact === undefined) return null
      if (operator === 'StringEquals' || operator === 'ArnEquals' || operator === 'Bool')
        return listOf(wanted).includes(fact)
      if (operator === 'StringLike' || operator === 'ArnLike')
        return listOf(wanted).some(pattern => arnLike(pattern, fact))
      return null
    }),
  )
  return tests.includes(false) ? false : tests.includes(null) ? null : true
}

export interface Reading {
  readonly action: 's3:GetObject' | 's3:ListBucket'
  readonly resource: string
  /** ARN of the distribution that asks, over TLS as it always does. */
  readonly distribution: string
  readonly account: string
}

/** True when the bucket's policy lets this distribution in. What cannot be judged neither allows nor spares a deny. */
export const mayRead = (policy: string | null, reading: Reading): boolean => {
  const statements: Statement[] = policy === null ? [] : [JSON.parse(policy).Statement].flat()
  const facts = {
    'aws:sourcearn': reading.distribution,
    'aws:sourceaccount': reading.account,
    'aws:securetransport': 'true',
  }
  const applying = statements.filter(statement => isAbout(statement, reading))
  const denied = applying.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Deny' && isAnybody(Principal) && holds(Condition, facts) !== false,
  )
  const allowed = applying.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' && isCloudFront(Principal) && holds(Condition, facts) === true,
  )
  return allowed && !denied
}
