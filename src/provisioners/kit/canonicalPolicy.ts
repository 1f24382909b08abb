import type { Policy, Statement } from '../../policy.ts'

const ACTIONS = ['Action', 'NotAction']
const ROOT = /^arn:[^:]+:iam::(\d{12}):root$/

/**
 * A policy document in one spelling, whatever spelling AWS gives back: lists sorted and free of doubles, single strings
 * as lists, service prefixes in lower case, an account's root user as the account id, statements by their Sid.
 * AWS keeps the meaning of a document, not its text (IAM user guide, "JSON policy element reference").
 */
export const canonicalPolicy = (policy: Policy | string): Policy => {
  const { Statement: raw }: Policy = typeof policy === 'string' ? JSON.parse(policy) : policy
  const statements = listOf(raw).map(canonicalStatement)
  const sids = new Set(statements.map(({ Sid }) => Sid))
  const named = !sids.has(undefined) && sids.size === statements.length
  return {
    Version: '2012-10-17',
    Statement: named ? statements.toSorted((a, b) => compare(a.Sid ?? '', b.Sid ?? '')) : statements,
  }
}

const canonicalStatement = (statement: Statement): Statement =>
  Object.fromEntries(
    Object.entries(statement)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([element, value]) => [element, canonicalElement(element, value)]),
  ) as unknown as Statement

const canonicalElement = (element: string, value: unknown): unknown => {
  if (element === 'Sid' || element === 'Effect') return value
  if (element === 'Condition') return mapped(value, operator => mapped(operator, setOf))
  if (element.endsWith('Principal'))
    return typeof value === 'string' ? value : mapped(value, ids => setOf(listOf(ids).map(accountOf)))
  return setOf(ACTIONS.includes(element) ? listOf(value).map(lowerService) : value)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const listOf = <T>(value: T | readonly T[]): T[] => (Array.isArray(value) ? [...value] : [value as T])

/** IAM compares booleans and numbers in conditions as text. */
const setOf = (value: unknown): string[] => [...new Set(listOf(value).map(String))].sort()

const mapped = (value: unknown, change: (inner: unknown) => unknown): unknown =>
  Object.fromEntries(
    Object.entries(value as object)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([key, inner]) => [key, change(inner)]),
  )

const accountOf = (principal: unknown): string => {
  const text = String(principal)
  return ROOT.exec(text)?.[1] ?? text
}

const lowerService = (action: unknown): string =>
  String(action).replace(/^[^:]+(?=:)/, service => service.toLowerCase())
