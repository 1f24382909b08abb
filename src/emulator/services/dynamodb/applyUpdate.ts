import { addNumbers, negateNumber } from './decimal.ts'
import { invalid } from './invalid.ts'
import { type Path, valueAt, withoutValue, withValue } from './path.ts'
import type { Action, Term } from './update.ts'
import type { Item, Value } from './value.ts'

/**
 * `item` after all `actions`; every right side sees the item as it was before. Throws ValidationException where a
 * value is not there or has the wrong type.
 */
export const applyUpdate = (item: Item, actions: readonly Action[]): Item => {
  const changes = actions
    .map(action => ({ path: action.path, value: resultOf(action, item) }))
    .sort((one, two) => comparePaths(one.path, two.path))
  let next = item
  for (const { path, value } of changes)
    if (value !== undefined) next = needPath(withValue(next, path, value))
  // Indexes mean the list as it was, so the last member goes first.
  for (const { path, value } of changes.reverse())
    if (value === undefined) next = needPath(withoutValue(next, path))
  return next
}

/** What stands at the action's path afterwards; undefined: nothing. */
const resultOf = (action: Action, item: Item): Value | undefined => {
  if (action.kind === 'REMOVE') return undefined
  return action.kind === 'SET' ? needed(evaluate(action.term, item)) : combined(action, item)
}

const comparePaths = (one: Path, two: Path): number => {
  const at = one.findIndex((step, index) => step !== two[index])
  const [left = 0, right = 0] = [one[at], two[at]]
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return String(left) < String(right) ? -1 : 1
}

const needPath = <T>(found: T | undefined): T => {
  if (found === undefined)
    throw invalid('The document path provided in the update expression is invalid for update')
  return found
}

const needed = (value: Value | undefined): Value => {
  if (value === undefined)
    throw invalid('The provided expression refers to an attribute that does not exist in the item')
  return value
}

const wrongType = () => invalid('An operand in the update expression has an incorrect data type')

const evaluate = (term: Term, item: Item): Value | undefined => {
  if (!('call' in term)) return 'value' in term ? term.value : valueAt(item, term.path)
  if (term.call === 'if_not_exists') return valueAt(item, term.path) ?? evaluate(term.otherwise, item)
  const left = needed(evaluate(term.left, item))
  const right = needed(evaluate(term.right, item))
  if (term.call === 'list_append') {
    if (!('L' in left && 'L' in right)) throw wrongType()
    return { L: [...left.L, ...right.L] }
  }
  if (!('N' in left && 'N' in right)) throw wrongType()
  return { N: addNumbers(left.N, term.call === '+' ? right.N : negateNumber(right.N)) }
}

/** What ADD and DELETE leave; undefined: the attribute goes, since no set is empty. */
const combined = (action: Action & { kind: 'ADD' | 'DELETE' }, item: Item): Value | undefined => {
  const held = valueAt(item, action.path)
  const given = action.value
  if (held === undefined) return action.kind === 'ADD' ? given : undefined
  if (action.kind === 'ADD' && 'N' in held && 'N' in given) return { N: addNumbers(held.N, given.N) }
  const merge = (have: string[], change: string[]) =>
    action.kind === 'ADD'
      ? [...new Set([...have, ...change])]
      : have.filter(member => !change.includes(member))
  if ('SS' in held && 'SS' in given) return unlessEmpty(merge(held.SS, given.SS), SS => ({ SS }))
  if ('NS' in held && 'NS' in given) return unlessEmpty(merge(held.NS, given.NS), NS => ({ NS }))
  if ('BS' in held && 'BS' in given) return unlessEmpty(merge(held.BS, given.BS), BS => ({ BS }))
  throw wrongType()
}

const unlessEmpty = (members: string[], make: (members: string[]) => Value): Value | undefined =>
  members.length > 0 ? make(members) : undefined
