import type { Blueprint } from '../resource.ts'
import { needs } from './order.ts'

/** The ids that `wants` names, all they need, and the anchor, without which nothing may be written. */
export const withNeeds = (blueprint: Blueprint, wants: (id: string) => boolean): ReadonlySet<string> => {
  const edges = needs(blueprint)
  const chosen = new Set<string>()
  const choose = (id: string): void => {
    if (chosen.has(id)) return
    chosen.add(id)
    for (const need of edges.get(id) ?? []) choose(need)
  }
  choose(blueprint.anchor)
  for (const id of edges.keys()) if (wants(id)) choose(id)
  return chosen
}
