import { removeWholly } from './converge.ts'
import type { Found } from './hunt.ts'
import type { World } from './world.ts'

export interface Removal {
  readonly done: string[]
  readonly failed: { id: string; error: unknown }[]
  readonly skipped: string[]
}

/**
 * Removes `things`, each once all things of the kinds in its `removeAfter` are gone, the thing with id `last` after
 * all others. What waits for something that failed is skipped.
 */
export const removeInOrder = async (
  world: World,
  things: readonly Found[],
  last: string | null = null,
): Promise<Removal> => {
  const removal: Removal = { done: [], failed: [], skipped: [] }
  const fates = new Map<Found, Promise<boolean>>()

  const goneOf = (thing: Found): Promise<boolean> => {
    const fate = fates.get(thing) ?? remove(thing)
    fates.set(thing, fate)
    return fate
  }
  const waitsFor = (thing: Found): Found[] =>
    thing.id === last
      ? things.filter(other => other !== thing)
      : things.filter(
          other => other.id !== last && thing.provisioner.removeAfter.includes(other.provisioner.kind),
        )

  const remove = async (thing: Found): Promise<boolean> => {
    const { id, name, provisioner, live } = thing
    const before = waitsFor(thing)
    const gone = await Promise.all(before.map(goneOf))
    const culprit = before.find((_, index) => !gone[index])
    if (culprit !== undefined) {
      removal.skipped.push(id)
      world.report({ type: 'skipped', id, on: culprit.id })
      return false
    }
    const startedMs = world.clock.nowMs()
    world.report({ type: 'started', id, verb: 'delete', usuallySeconds: provisioner.settles.usuallySeconds })
    try {
      world.signal.throwIfAborted()
      await removeWholly(world, id, name, provisioner, live)
      removal.done.push(id)
      world.report({ type: 'done', id, verb: 'delete', durationMs: world.clock.nowMs() - startedMs })
      return true
    } catch (error) {
      removal.failed.push({ id, error })
      world.report({ type: 'failed', id, verb: 'delete', error })
      return false
    }
  }
  await Promise.all(things.map(goneOf))
  return removal
}
