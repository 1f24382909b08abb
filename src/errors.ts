/** Something the user can mend: a fact about a thing, and the next act. Printed without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly fact: string
  readonly nextAct: string

  constructor(fact: string, nextAct: string, options?: ErrorOptions) {
    super(`${fact}\n${nextAct}`, options)
    this.fact = fact
    this.nextAct = nextAct
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
