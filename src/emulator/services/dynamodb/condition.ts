import { Cursor } from './cursor.ts'
import { type Path, parsePath, printPath } from './path.ts'
import type { Placeholders } from './placeholders.ts'
import { compareValues, equalValues, TYPES, typeOf, type Value } from './value.ts'

export type Operand = { readonly path: Path } | { readonly value: Value } | { readonly size: Path }

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Test = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains'

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | {
      readonly kind: 'compare'
      readonly comparator: Comparator
      readonly left: Operand
      readonly right: Operand
    }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'test'; readonly test: Test; readonly path: Operand; readonly argument: Operand | null }

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>=']
const ARGUMENTS: Readonly<Record<Test, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
}
const isTest = (name: string): name is Test => Object.hasOwn(ARGUMENTS, name)
const isComparator = (text: string): text is Comparator => COMPARATORS.includes(text)

/**
 * A ConditionExpression, FilterExpression or KeyConditionExpression (docs: "Condition and filter expressions,
 * operators, and functions"). Throws ValidationException in AWS's words.
 */
export const parseCondition = (parameter: string, text: string, placeholders: Placeholders): Condition => {
  const cursor = new Cursor(parameter, text)
  const condition = new ConditionParser(cursor, placeholders).or()
  cursor.expectEnd()
  return condition
}

class ConditionParser {
  readonly #cursor: Cursor
  readonly #placeholders: Placeholders

  constructor(cursor: Cursor, placeholders: Placeholders) {
    this.#cursor = cursor
    this.#placeholders = placeholders
  }

  or(): Condition {
    let left = this.#and()
    while (this.#cursor.accept('OR')) left = { kind: 'or', left, right: this.#and() }
    return left
  }

  #and(): Condition {
    let left = this.#not()
    while (this.#cursor.accept('AND')) left = { kind: 'and', left, right: this.#not() }
    return left
  }

  #not(): Condition {
    return this.#cursor.accept('NOT') ? { kind: 'not', of: this.#not() } : this.#primary()
  }

  #primary(): Condition {
    const cursor = this.#cursor
    if (cursor.accept('(')) {
      const doubled = cursor.sees('(')
      const inner = this.or()
      const closed = doubled && this.#lastBracketed === inner
      cursor.expect(')')
      if (closed) throw cursor.fault('The expression has redundant parentheses;')
      this.#lastBracketed = inner
      return inner
    }
    if (cursor.seesCall() && cursor.next.text !== 'size') return this.#call()
    return this.#comparison()
  }

  /** The condition that was last read in brackets: `((a))` has the same one in both. */
  #lastBracketed: Condition | undefined

  #call(): Condition {
    const cursor = this.#cursor
    const test = cursor.take().text
    if (!isTest(test)) throw cursor.fault(`Invalid function name; function: ${test}`)
    cursor.expect('(')
    const operands = [this.#operand()]
    while (cursor.accept(',')) operands.push(this.#operand())
    cursor.expect(')')
    const [path, argument = null] = operands
    if (operands.length !== ARGUMENTS[test] || path === undefined)
      throw cursor.fault(
        `Incorrect number of operands for operator or function; operator or function: ${test}, number of operands: ${operands.length}`,
      )
    if (ARGUMENTS[test] === 1 && !('path' in path))
      throw cursor.fault(`Operator or function requires a document path; operator or function: ${test}`)
    if (argument) this.#distinct(test, path, [argument])
    if (test === 'begins_with') this.#typed(test, ['S', 'B'], path, argument)
    if (test === 'attribute_type') {
      this.#typed(test, ['S'], argument)
      if (argument && 'value' in argument && 'S' in argument.value && !TYPES.includes(argument.value.S))
        throw cursor.fault(
          `Invalid attribute type name found; type: ${argument.value.S}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
        )
    }
    return { kind: 'test', test, path, argument }
  }

  #comparison(): Condition {
    const cursor = this.#cursor
    const operand = this.#operand()
    if (cursor.accept('BETWEEN')) {
      const low = this.#operand()
      cursor.expect('AND')
      const high = this.#operand()
      this.#typed('BETWEEN', ['S', 'N', 'B'], operand, low, high)
      this.#ordered(low, high)
      return { kind: 'between', operand, low, high }
    }
    if (cursor.accept('IN')) {
      cursor.expect('(')
      const list = [this.#operand()]
      while (cursor.accept(',')) list.push(this.#operand())
      cursor.expect(')')
      if (list.length > 100)
        throw cursor.fault(
          `The IN operator is provided with too many operands; number of operands: ${list.length}`,
        )
      return { kind: 'in', operand, list }
    }
    const comparator = cursor.next.text
    if (!isComparator(comparator)) throw cursor.syntaxError()
    cursor.take()
    const right = this.#operand()
    this.#distinct(comparator, operand, [right])
    if (comparator !== '=' && comparator !== '<>') this.#typed(comparator, ['S', 'N', 'B'], operand, right)
    return { kind: 'compare', comparator, left: operand, right }
  }

  #operand(): Operand {
    const cursor = this.#cursor
    if (cursor.next.kind === 'value') return { value: this.#placeholders.value(cursor, cursor.take()) }
    if (!cursor.seesCall()) return { path: parsePath(cursor, this.#placeholders) }
    const name = cursor.take().text
    if (name !== 'size')
      throw cursor.fault(
        isTest(name)
          ? `The function is not allowed to be used this way in an expression; function: ${name}`
          : `Invalid function name; function: ${name}`,
      )
    cursor.expect('(')
    const path = parsePath(cursor, this.#placeholders)
    cursor.expect(')')
    return { size: path }
  }

  #typed(operator: string, types: readonly string[], ...operands: (Operand | null)[]): void {
    for (const operand of operands)
      if (operand && 'value' in operand && !types.includes(typeOf(operand.value)))
        throw this.#cursor.fault(
          `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
        )
  }

  #distinct(operator: string, first: Operand, rest: readonly Operand[]): void {
    if (!('path' in first)) return
    if (rest.some(other => 'path' in other && printPath(other.path) === printPath(first.path)))
      throw this.#cursor.fault(
        `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${printPath(first.path)}`,
      )
  }

  #ordered(low: Operand, high: Operand): void {
    if (!('value' in low && 'value' in high)) return
    const shown = (value: Value) => `AttributeValue: {${typeOf(value)}:${Object.values(value)[0]}}`
    const order = compareValues(low.value, high.value)
    const bounds = `lower bound operand: ${shown(low.value)}, upper bound operand: ${shown(high.value)}`
    if (order === undefined && !equalValues(low.value, high.value))
      throw this.#cursor.fault(
        `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
      )
    if (order !== undefined && order > 0)
      throw this.#cursor.fault(
        `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
      )
  }
}
