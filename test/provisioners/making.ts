import type { Making } from '../../src/resource.ts'

/** The making of a resource in a test that listens to nothing and interrupts nothing. */
export const making = <Recipe = null>(recipe: Recipe = null as Recipe): Making<Recipe> => ({
  recipe,
  step() {},
  tally() {},
  signal: new AbortController().signal,
})
