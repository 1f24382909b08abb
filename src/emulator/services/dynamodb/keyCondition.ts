import type { Condition, Operand } from './condition.ts'
import { invalid } from './invalid.ts'
import type { KeyNames, KeyType } from './table.ts'
import { typeOf, type Value } from './value.ts'

/**
 * Checks that a parsed KeyConditionExpression says `hash = :v` and at most one thing of the range key, and gives the
 * hash key's value. Throws ValidationException in AWS's words.
 */
export const keyConditionHash = (
  condition: Condition,
  keys: KeyNames,
  attributes: Readonly<Record<string, KeyType>>,
): Value => {
  const parts = conjuncts(condition).map(part => subject(part))
  for (const { name } of parts)
    if (name !== keys.hash && name !== keys.range)
      throw invalid(`Query condition missed key schema element: ${keys.range ?? keys.hash}`)
  if (new Set(parts.map(({ name }) => name)).size < parts.length)
    throw invalid(
      'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
    )
  for (const { name, values } of parts)
    for (const value of values)
      if (typeOf(value) !== attributes[name])
        throw invalid(
          'One or more parameter values were invalid: Condition parameter type does not match schema type',
        )
  const hash = parts.find(({ name }) => name === keys.hash)
  const [value] = hash?.values ?? []
  if (value === undefined) throw invalid(`Query condition missed key schema element: ${keys.hash}`)
  if (hash?.operator !== '=') throw invalid('Query key condition not supported')
  return value
}

const conjuncts = (condition: Condition): Condition[] =>
  condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition]

interface Subject {
  readonly name: string
  readonly operator: string
  readonly values: readonly Value[]
}

const subject = (condition: Condition): Subject => {
  const unsupported = (operator: string) =>
    invalid(`Invalid operator used in KeyConditionExpression: ${operator}`)
  const of = (operator: string, operand: Operand, ...others: Operand[]): Subject => {
    if (!('path' in operand) || operand.path.length !== 1)
      throw invalid(
        'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
      )
    const values = others.flatMap(other => ('value' in other ? [other.value] : []))
    if (values.length < others.length)
      throw invalid(
        'Invalid KeyConditionExpression: The BETWEEN operator and comparisons need values of the request',
      )
    return { name: String(operand.path[0]), operator, values }
  }
  if (condition.kind === 'compare' && condition.comparator !== '<>') {
    const { comparator, left, right } = condition
    return 'path' in left ? of(comparator, left, right) : of(comparator, right, left)
  }
  if (condition.kind === 'between') return of('BETWEEN', condition.operand, condition.low, condition.high)
  if (condition.kind === 'test' && condition.test === 'begins_with' && condition.argument)
    return of('begins_with', condition.path, condition.argument)
  throw unsupported(
    condition.kind === 'compare'
      ? condition.comparator
      : condition.kind === 'test'
        ? condition.test
        : condition.kind.toUpperCase(),
  )
}
