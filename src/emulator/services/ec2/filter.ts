import type { Filter } from '@aws-sdk/client-ec2'
import { AwsError } from '../../service.ts'
import type { TagMap } from '../../tags.ts'

/** What a filter of that name looks at; any of the values may match. */
export type Fields<T> = Readonly<Record<string, (row: T) => readonly (string | null | undefined)[]>>

/**
 * The rows every filter lets through: AND over filters, OR over a filter's values, `*` and `?` as wildcards.
 * Throws InvalidParameterValue for a filter the call does not document.
 */
export const filtered = <T>(
  rows: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: Fields<T>,
  tagsOfRow: (row: T) => TagMap,
): T[] => {
  const tests = (filters ?? []).map(({ Name = '', Values = [] }) => {
    const seen = fieldOf(Name, fields, tagsOfRow)
    const patterns = Values.map(wildcard)
    return (row: T) => seen(row).some(value => patterns.some(pattern => pattern.test(value ?? '')))
  })
  return rows.filter(row => tests.every(test => test(row)))
}

const fieldOf = <T>(
  name: string,
  fields: Fields<T>,
  tagsOfRow: (row: T) => TagMap,
): ((row: T) => readonly (string | null | undefined)[]) => {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length)
    return row => Object.entries(tagsOfRow(row)).flatMap(([held, value]) => (held === key ? [value] : []))
  }
  if (name === 'tag-key') return row => Object.keys(tagsOfRow(row))
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`)
  return field
}

/** A backslash takes a wildcard literally. */
const wildcard = (pattern: string): RegExp => {
  const source = pattern.replace(/\\([*?\\])|([*?])|([^\w\s])/g, (_, escaped, wild, other) => {
    if (escaped !== undefined) return `\\${escaped}`
    if (wild !== undefined) return wild === '*' ? '.*' : '.'
    return `\\${other}`
  })
  return new RegExp(`^${source}$`, 's')
}
