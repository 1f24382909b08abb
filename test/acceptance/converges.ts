import type { Intercept } from '../../src/emulator/intercept.ts'
import { up } from '../../src/engine/up.ts'
import type { Blueprint } from '../../src/resource.ts'
import { yes } from './consent.ts'
import { freshAws, openWorld } from './liveStack.ts'
import { standing } from './standing.ts'

export interface Aftermath {
  /** Writes of the first run. Without any, AWS was left as it was and a second run is a first one. */
  readonly writes: number
  readonly state: Record<string, unknown>
  /** What a third run would still do. */
  readonly left: readonly string[]
}

/** What stands after `trouble` was at work on a fresh AWS during a first `up`, and a second, calm one. */
export const afterTrouble = async (
  blueprint: Blueprint,
  trouble: { intercept: Intercept; maxAttempts: number },
): Promise<Aftermath> => {
  let calm = false
  const aws = await freshAws((call, phase) => (calm ? undefined : trouble.intercept(call, phase)))
  const open = (maxAttempts: number) => openWorld(aws.endpoint, blueprint.region, { maxAttempts })
  try {
    const first = open(trouble.maxAttempts)
    await up(first, blueprint, yes).catch(() => {})
    const { writes } = first.session.calls
    first.session.close()
    if (writes === 0) return { writes, state: {}, left: [] }
    calm = true
    const second = open(3)
    await up(second, blueprint, { ...yes, forceUnlock: true })
    const third = await up(second, blueprint, { ...yes, confirm: async () => false })
    const state = await standing(second, blueprint)
    second.session.close()
    if (aws.bugs.length > 0) throw aws.bugs[0]
    return { writes, state, left: third.plan.changes.map(({ action, id }) => `${action} ${id}`) }
  } finally {
    await aws.close()
  }
}
