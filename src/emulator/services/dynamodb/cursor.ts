import type { AwsError } from '../../service.ts'
import { invalid } from './invalid.ts'

export interface Token {
  readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol' | 'end'
  readonly text: string
  readonly start: number
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-])|(\S))/y
const KINDS = ['word', 'name', 'value', 'number', 'symbol'] as const

/** Walks the tokens of one expression. `parameter` is what AWS calls it: `ConditionExpression`. */
export class Cursor {
  readonly parameter: string
  readonly #text: string
  readonly #tokens: Token[]
  #at = 0

  /** Throws ValidationException where the text has a character no expression has. */
  constructor(parameter: string, text: string) {
    this.parameter = parameter
    this.#text = text
    this.#tokens = []
    const pattern = new RegExp(TOKEN)
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const found = match.slice(1).findIndex(group => group !== undefined)
      const token = match[found + 1] ?? ''
      const kind = KINDS[found]
      this.#tokens.push({ kind: kind ?? 'end', text: token, start: pattern.lastIndex - token.length })
      if (kind === undefined) throw this.syntaxError(this.#tokens.length - 1)
    }
    if (this.#tokens.length === 0) throw this.fault('The expression can not be empty;')
    this.#tokens.push({ kind: 'end', text: '<EOF>', start: text.length })
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '<EOF>', start: this.#text.length }
  }

  take(): Token {
    const token = this.next
    this.#at++
    return token
  }

  /** Keywords have no case. */
  sees(...texts: string[]): boolean {
    const { kind, text } = this.next
    return (kind === 'word' || kind === 'symbol') && texts.includes(text.toUpperCase())
  }

  /** A function's name directly before its bracket. */
  seesCall(): boolean {
    return this.next.kind === 'word' && this.#tokens[this.#at + 1]?.text === '('
  }

  accept(text: string): boolean {
    if (!this.sees(text)) return false
    this.#at++
    return true
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.syntaxError()
  }

  expectEnd(): void {
    if (this.next.kind !== 'end') throw this.syntaxError()
  }

  fault(message: string): AwsError {
    return invalid(`Invalid ${this.parameter}: ${message}`)
  }

  syntaxError(at = this.#at): AwsError {
    const token = this.#tokens[at]
    const from = this.#tokens[Math.max(0, at - 1)]?.start ?? 0
    const after = this.#tokens[at + 1] ?? token
    const near = this.#text.slice(from, after ? after.start + after.text.length : undefined).trim()
    return this.fault(`Syntax error; token: "${token?.text ?? '<EOF>'}", near: "${near}"`)
  }
}
