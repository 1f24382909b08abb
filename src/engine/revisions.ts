import type { Desired, Live } from '../resource.ts'
import type { Change } from './plan.ts'

/** Which commit's content stands (a content's output `revision`), and which one the wish would bring. */
export const revisionsOf = ({ recipe }: Desired, live: Live | undefined): Change['revisions'] =>
  recipe && { from: live?.out['revision'] || null, to: recipe.revision }
