import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Cursor, Token } from './cursor.ts'
import { invalid } from './invalid.ts'
import { isReserved } from './reserved.ts'
import { type Value, valueFrom } from './value.ts'

/** What `#name` and `:value` stand for in the expressions of one request, and which of them were used. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>
  readonly #values: Readonly<Record<string, Value>>
  readonly #used = new Set<string>()

  /** Throws ValidationException for a placeholder of the wrong form or a faulty value. */
  constructor(names: Record<string, string> | undefined, values: Record<string, AttributeValue> | undefined) {
    if (names && Object.keys(names).length === 0) throw invalid('ExpressionAttributeNames must not be empty')
    if (values && Object.keys(values).length === 0)
      throw invalid('ExpressionAttributeValues must not be empty')
    for (const key of Object.keys(names ?? {})) checkKey(key, '#', 'ExpressionAttributeNames')
    for (const key of Object.keys(values ?? {})) checkKey(key, ':', 'ExpressionAttributeValues')
    this.#names = names ?? {}
    this.#values = Object.fromEntries(
      Object.entries(values ?? {}).map(([key, value]) => [key, checkedValue(key, value)]),
    )
  }

  name(cursor: Cursor, token: Token): string {
    if (token.kind === 'word') {
      if (isReserved(token.text))
        throw cursor.fault(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`)
      return token.text
    }
    const name = Object.hasOwn(this.#names, token.text) ? this.#names[token.text] : undefined
    if (name === undefined)
      throw cursor.fault(
        `An expression attribute name used in the document path is not defined; attribute name: ${token.text}`,
      )
    this.#used.add(token.text)
    return name
  }

  value(cursor: Cursor, token: Token): Value {
    const value = Object.hasOwn(this.#values, token.text) ? this.#values[token.text] : undefined
    if (value === undefined)
      throw cursor.fault(
        `An expression attribute value used in expression is not defined; attribute value: ${token.text}`,
      )
    this.#used.add(token.text)
    return value
  }

  /**
   * Call it when every expression is parsed. `expressions`: what the request could have held, by parameter name.
   * Throws ValidationException when a placeholder stands for nothing.
   */
  checkAllUsed(expressions: Record<string, string | undefined>): void {
    const without = Object.values(expressions).every(expression => expression === undefined)
    for (const [parameter, given] of [
      ['ExpressionAttributeNames', this.#names],
      ['ExpressionAttributeValues', this.#values],
    ] as const) {
      const unused = Object.keys(given).filter(key => !this.#used.has(key))
      if (unused.length === 0) continue
      const which = Object.keys(expressions)
      if (without)
        throw invalid(
          `${parameter} can only be specified when using expressions: ${which.join(' and ')} ${which.length > 1 ? 'are' : 'is'} null`,
        )
      throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`)
    }
  }
}

const checkKey = (key: string, mark: '#' | ':', parameter: string): void => {
  if (!(mark === '#' ? /^#[A-Za-z0-9_]+$/ : /^:[A-Za-z0-9_]+$/).test(key))
    throw invalid(`${parameter} contains invalid key: Syntax error; key: "${key}"`)
}

const checkedValue = (key: string, sent: AttributeValue): Value => {
  try {
    return valueFrom(sent)
  } catch (fault) {
    if (!(fault instanceof Error)) throw fault
    throw invalid(`ExpressionAttributeValues contains invalid value: ${fault.message} for key ${key}`)
  }
}
