import type { Making } from '../../src/resource.ts'

/** The making of a resource in a test that listens to nothing and interrupts nothing. */
export const making = <R = null>(recipe: R = null as R): Making<R> => ({
  recipe,
  step() {},
  note() {},
  tally() {},
  signal: new AbortController().signal,
})
