import type { Blueprint } from '../resource.ts'
import { fill, tokensIn } from '../token.ts'
import { type Consent, compare } from './compare.ts'
import type { Plan } from './plan.ts'
import { type Survey, survey } from './survey.ts'
import { outputIn } from './wish.ts'
import type { World } from './world.ts'

/** Live AWS against the wish. Reads only. */
export const makePlan = async (
  world: World,
  blueprint: Blueprint,
  consent: Consent,
): Promise<{ plan: Plan; found: Survey }> => {
  const found = await survey(world, blueprint)
  return { plan: compare(blueprint, found, consent), found }
}

/** The stack's named values that are known: those whose resources stand. */
export const namedOutputs = (
  blueprint: Blueprint,
  { account, outputs }: Pick<Survey, 'account' | 'outputs'>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fill(blueprint.outputs, outputIn(account, outputs))).filter(
      ([, value]) => tokensIn(value).size === 0,
    ),
  )
