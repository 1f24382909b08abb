import type { Aws, Recipe, Tags } from '../../src/resource.ts'
import type { Ground } from './ground.ts'

/** One resource of a kind, for the contract to be tried on. */
export interface Sample<Props extends object> {
  /** Makes what the resource needs and says what it shall be. Called once per ground. */
  prepare(aws: Aws): Promise<Wish<Props>>
  /** Puts into the standing resource what its removal has to clear away. */
  readonly fill?: (aws: Aws, name: string) => Promise<unknown>
  /** What a ground cannot do and why, by part or by test (`retag`, `permissions` …). */
  readonly lacks?: Partial<Record<Ground['name'], Readonly<Record<string, string>>>>
  /** Declared actions that no test reaches, and why. */
  readonly unreached?: Readonly<Record<string, string>>
}

export interface Wish<Props extends object> {
  readonly name: string
  readonly props: Props
  /** For every part another value: what somebody made of it, or, where AWS cannot change it, what is wished next. */
  readonly variants: { readonly [Part in keyof Props]?: Props[Part] }
  readonly tags?: Tags
  /** How its content is made; most kinds have none. */
  readonly recipe?: Recipe
}
