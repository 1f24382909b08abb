import type * as z from 'zod'
import { shown } from './kit.ts'
import { type Fault, type Path, pathText, type Reading } from './yaml.ts'

type Issue = z.core.$ZodIssue

/** What zod found, as faults that say where, what and what would be right. */
export const faultsOf = (issues: readonly Issue[], reading: Reading): Fault[] =>
  issues.flatMap(issue => explained(issue, issue.path as Path, reading))

const explained = (issue: Issue, path: Path, reading: Reading): Fault[] => {
  if (issue.code === 'unrecognized_keys') {
    const lines = issue.message.split('\n')
    return issue.keys.map((key, index) => ({
      ...reading.keyAt([...path, key]),
      path: pathText(path),
      message: lines[index] ?? issue.message,
    }))
  }
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({
      ...reading.keyAt(path),
      path: pathText(path.slice(0, -1)),
      message,
    }))
  const inner = issue.code === 'invalid_union' ? branch(issue, valueAt(reading.data, path)) : null
  if (inner !== null)
    return inner.flatMap(each => explained(each, [...path, ...(each.path as Path)], reading))
  const value = valueAt(reading.data, path)
  return [{ ...reading.at(path), path: pathText(path), message: message(issue, value) }]
}

/** The alternative somebody was writing: the one whose kind of value stands there; null when none is of that kind. */
const branch = (issue: z.core.$ZodIssueInvalidUnion, value: unknown): readonly Issue[] | null =>
  issue.errors.find(
    issues =>
      !issues.some(
        ({ code, path }) =>
          path.length === 0 &&
          (code === 'invalid_type' || (code === 'invalid_value' && typeof value !== 'string')),
      ),
  ) ?? null

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of keys',
  array: 'a list',
}

const message = (issue: Issue, value: unknown): string => {
  if (value === undefined) return 'is missing.'
  if (value === null) return 'has no value. Give it one, or remove the key for its default.'
  if (issue.code !== 'invalid_type')
    return issue.code === 'custom' ? issue.message : withValue(issue.message, value)
  if (!issue.message.startsWith('Invalid input')) return issue.message
  const kind = KINDS[issue.expected] ?? issue.expected
  const quotes = issue.expected === 'string' && typeof value !== 'object' ? ' Put it in quotes.' : ''
  return `must be ${kind}, not ${kindOf(value)}.${quotes}`
}

/** Short messages of a schema say only what would be right. */
const withValue = (message: string, value: unknown): string =>
  message.startsWith('must') && typeof value !== 'object' ? `${shown(value)} ${message}` : message

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a map' : shown(value)
}

const valueAt = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    data,
  )
