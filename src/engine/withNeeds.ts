import { type Blueprint, idOf } from '../resource.ts'
import { needs } from './order.ts'

/**
 * The ids that `wants` names, all they need, and the anchor, without which nothing may be written. Content that stands
 * (an image) is good as it is for what needs it: nobody asked for another.
 */
export const withNeeds = (
  blueprint: Blueprint,
  wants: (id: string) => boolean,
  stands: (id: string) => boolean,
): ReadonlySet<string> => {
  const edges = needs(blueprint)
  const contents = new Set(blueprint.resources.filter(({ recipe }) => recipe !== null).map(idOf))
  const chosen = new Set<string>()
  const choose = (id: string): void => {
    if (chosen.has(id)) return
    chosen.add(id)
    for (const need of edges.get(id) ?? []) if (!contents.has(need) || !stands(need)) choose(need)
  }
  choose(blueprint.anchor)
  for (const id of edges.keys()) if (wants(id)) choose(id)
  return chosen
}
