import { type Blueprint, type Desired, idOf } from '../resource.ts'
import { tokensIn } from '../token.ts'

/** For each resource's id, the ids of the resources it needs: those whose outputs it uses and those it names. */
export const needs = (blueprint: Blueprint): Map<string, Set<string>> => {
  const ids = new Set(blueprint.resources.map(idOf))
  return new Map(
    blueprint.resources.map(desired => {
      const all = new Set([...desired.after, ...tokensIn([desired.props, desired.recipe])])
      return [idOf(desired), new Set([...all].filter(id => ids.has(id)))]
    }),
  )
}

/** The resources so that each comes after all it needs. Throws on a cycle: that is a bug of the blueprint. */
export const inOrder = (blueprint: Blueprint): Desired[] => {
  const edges = needs(blueprint)
  const byId = new Map(blueprint.resources.map(desired => [idOf(desired), desired]))
  const done = new Map<string, 'visiting' | 'done'>()
  const ordered: Desired[] = []
  const visit = (id: string, path: string[]): void => {
    if (done.get(id) === 'done') return
    if (done.get(id) === 'visiting') throw new Error(`blueprint has a cycle: ${[...path, id].join(' → ')}`)
    done.set(id, 'visiting')
    for (const need of edges.get(id) ?? []) visit(need, [...path, id])
    done.set(id, 'done')
    const desired = byId.get(id)
    if (desired !== undefined) ordered.push(desired)
  }
  for (const id of byId.keys()) visit(id, [])
  return ordered
}
