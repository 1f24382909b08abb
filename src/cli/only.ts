import { UserError } from '../errors.ts'
import { exitCode } from './exitCode.ts'
import type { Option } from './flags.ts'

const AREAS = ['infra', 'backend', 'frontend'] as const

type Area = (typeof AREAS)[number]

export const onlyOption: Option = {
  flags: '--only <areas>',
  summary: `only these areas and what they need, comma-separated: ${AREAS.join(', ')}`,
}

const isArea = (word: string): word is Area => AREAS.some(area => area === word)

/** Kinds that serve the frontend whatever their logical name. */
const FRONTEND = /^(distribution|originAccessControl|cloudfrontFunction)\/|\/frontend/

/** Kinds that are content: built here, uploaded, and alive in what the infrastructure provides. */
const CONTENT = /^(image|bucketContents)\//

const BELONGS: Readonly<Record<Area, (id: string) => boolean>> = {
  infra: id => !CONTENT.test(id),
  frontend: id => FRONTEND.test(id),
  backend: id => !FRONTEND.test(id),
}

/** Whether the sources of the content `id` are looked at: a first task definition needs its image whatever is asked for. */
export const mayShip = (only: string | null): ((id: string) => boolean) => {
  const belongs = belongsTo(only)
  return id => belongs(id) || (!FRONTEND.test(id) && belongs('taskDefinition/backend'))
}

/**
 * Whether the resource `id` (`kind/logical`) belongs to the areas of `--only`; null asks for everything.
 * @throws UserError (exit 64) on an unknown area
 */
export const belongsTo = (only: string | null): ((id: string) => boolean) => {
  if (only === null) return () => true
  const words = only.split(',').map(word => word.trim())
  const areas = words.filter(isArea)
  const stranger = words.find(word => !isArea(word))
  if (stranger !== undefined)
    throw new UserError(
      `--only knows no area ${JSON.stringify(stranger)}.`,
      `Choose from ${AREAS.join(', ')}.`,
      {
        exitCode: exitCode.usage,
      },
    )
  return id => areas.some(area => BELONGS[area](id))
}
