/**
 * Something the user can mend: a fact about a thing, and the next act. Printed without a stack.
 * `exitCode` is the process's when nothing else decides: 1, or 4 (locked), 5 (plan moved), 64 (wrong usage).
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly fact: string
  readonly nextAct: string
  readonly exitCode: number

  constructor(fact: string, nextAct: string, options: ErrorOptions & { exitCode?: number } = {}) {
    super(`${fact}\n${nextAct}`, options)
    this.fact = fact
    this.nextAct = nextAct
    this.exitCode = options.exitCode ?? 1
  }
}

/** AWS is not there yet; the engine asks again until its deadline. Never shown unless the deadline passes. */
export class NotYet extends Error {
  override readonly name = 'NotYet'
  readonly why: string

  constructor(why: string, options?: ErrorOptions) {
    super(why, options)
    this.why = why
  }
}
