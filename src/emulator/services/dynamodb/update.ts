import { Cursor } from './cursor.ts'
import { type Path, parsePath, pathFault } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import { typeOf, type Value } from './value.ts'

/** What may stand right of `=` in SET. */
export type Term =
  | { readonly path: Path }
  | { readonly value: Value }
  | { readonly call: 'if_not_exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly call: 'list_append' | '+' | '-'; readonly left: Term; readonly right: Term }

export type Action =
  | { readonly kind: 'SET'; readonly path: Path; readonly term: Term }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: Value }

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const
const ADDABLE: readonly string[] = ['N', 'SS', 'NS', 'BS']
const DELETABLE: readonly string[] = ['SS', 'NS', 'BS']

/** An UpdateExpression (docs: "Update expressions"). Throws ValidationException in AWS's words. */
export const parseUpdate = (text: string, placeholders: Placeholders): Action[] => {
  const cursor = new Cursor('UpdateExpression', text)
  const actions: Action[] = []
  const seen = new Set<string>()
  while (cursor.next.kind !== 'end') {
    const section = SECTIONS.find(name => cursor.accept(name))
    if (section === undefined) throw cursor.syntaxError()
    if (seen.has(section))
      throw cursor.fault(`The "${section}" section can only be used once in an update expression;`)
    seen.add(section)
    do actions.push(parseAction(section, cursor, placeholders))
    while (cursor.accept(','))
  }
  for (const [index, action] of actions.entries())
    for (const other of actions.slice(index + 1)) {
      const fault = pathFault(action.path, other.path)
      if (fault) throw cursor.fault(fault)
    }
  return actions
}

const parseAction = (
  section: (typeof SECTIONS)[number],
  cursor: Cursor,
  placeholders: Placeholders,
): Action => {
  const path = parsePath(cursor, placeholders)
  if (section === 'REMOVE') return { kind: section, path }
  if (section === 'SET') {
    cursor.expect('=')
    return { kind: section, path, term: parseSum(cursor, placeholders) }
  }
  if (cursor.next.kind !== 'value') throw cursor.syntaxError()
  const value = placeholders.value(cursor, cursor.take())
  if (!(section === 'ADD' ? ADDABLE : DELETABLE).includes(typeOf(value)))
    throw wrongType(cursor, section, value)
  return { kind: section, path, value }
}

const wrongType = (cursor: Cursor, operator: string, value: Value) =>
  cursor.fault(
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${NAMES[typeOf(value)]}`,
  )

const NAMES = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  L: 'LIST',
  M: 'MAP',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
} as const

/** One `+` or `-` at most, as in AWS. */
const parseSum = (cursor: Cursor, placeholders: Placeholders): Term => {
  const left = parseTerm(cursor, placeholders)
  const call = (['+', '-'] as const).find(sign => cursor.accept(sign))
  if (call === undefined) return left
  const right = parseTerm(cursor, placeholders)
  for (const term of [left, right])
    if ('value' in term && !('N' in term.value))
      throw cursor.fault(
        `Incorrect operand type for operator or function; operator or function: ${call}, operand type: ${typeOf(term.value)}`,
      )
  return { call, left, right }
}

const parseTerm = (cursor: Cursor, placeholders: Placeholders): Term => {
  if (cursor.next.kind === 'value') return { value: placeholders.value(cursor, cursor.take()) }
  if (cursor.sees('(')) {
    cursor.expect('(')
    const inner = parseSum(cursor, placeholders)
    cursor.expect(')')
    return inner
  }
  if (!cursor.seesCall()) return { path: parsePath(cursor, placeholders) }
  const call = cursor.take().text
  if (call !== 'if_not_exists' && call !== 'list_append')
    throw cursor.fault(`Invalid function name; function: ${call}`)
  cursor.expect('(')
  const terms = [parseTerm(cursor, placeholders)]
  while (cursor.accept(',')) terms.push(parseTerm(cursor, placeholders))
  cursor.expect(')')
  const [left, right] = terms
  if (terms.length !== 2 || left === undefined || right === undefined)
    throw cursor.fault(
      `Incorrect number of operands for operator or function; operator or function: ${call}, number of operands: ${terms.length}`,
    )
  if (call === 'list_append') {
    for (const term of terms)
      if ('value' in term && !('L' in term.value))
        throw cursor.fault(
          `Incorrect operand type for operator or function; operator or function: ${call}, operand type: ${typeOf(term.value)}`,
        )
    return { call, left, right }
  }
  if (!('path' in left) || 'call' in left)
    throw cursor.fault('Operator or function requires a document path; operator or function: if_not_exists')
  return { call, path: left.path, otherwise: right }
}
