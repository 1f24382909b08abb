import type { Intercept } from '../../src/emulator/intercept.ts'
import { makePlan } from '../../src/engine/makePlan.ts'
import { up } from '../../src/engine/up.ts'
import type { Blueprint } from '../../src/resource.ts'
import { yes } from './consent.ts'
import { freshAws, openWorld } from './liveStack.ts'
import { standing } from './standing.ts'

/** What stands after `trouble` has been at work on a fresh AWS during a first run, and a second, calm run. */
export const afterTrouble = async (
  blueprint: Blueprint,
  trouble: { intercept: Intercept; maxAttempts: number },
): Promise<{ state: Record<string, unknown>; left: readonly string[]; bugs: readonly unknown[] }> => {
  let calm = false
  const aws = await freshAws((call, phase) => (calm ? undefined : trouble.intercept(call, phase)))
  try {
    const first = openWorld(aws.endpoint, blueprint.region, { maxAttempts: trouble.maxAttempts })
    await up(first, blueprint, yes).catch(() => {})
    first.session.close()
    calm = true
    const second = openWorld(aws.endpoint, blueprint.region)
    await up(second, blueprint, { ...yes, forceUnlock: true })
    const third = openWorld(aws.endpoint, blueprint.region)
    const { plan } = await makePlan(third, blueprint, yes)
    const state = await standing(third, blueprint.stack)
    second.session.close()
    third.session.close()
    return { state, left: plan.changes.map(({ action, id }) => `${action} ${id}`), bugs: aws.bugs }
  } finally {
    await aws.close()
  }
}
