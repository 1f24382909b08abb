import { UserError } from '../../errors.ts'
import type { Version, Versions } from './version.ts'

const LISTED = 5

/** The version that `wanted`, an id or its unambiguous start, names. Throws UserError when it names none or several. */
export const chooseVersion = ({ versions, deleteMarkers }: Versions, wanted: string): Version => {
  const matching = versions.filter(({ id }) => id.startsWith(wanted))
  const exact = matching.find(({ id }) => id === wanted)
  const [only] = matching
  if (exact !== undefined) return exact
  if (only !== undefined && matching.length === 1) return only
  if (matching.length > 1)
    throw new UserError(
      `${wanted} is the start of ${matching.length} versions.`,
      `Say more of it: ${matching.map(({ id }) => id).join(', ')}`,
    )
  if (deleteMarkers.some(({ id }) => id === wanted))
    throw new UserError(
      `${wanted} is a delete marker: it holds no database.`,
      'Choose a version before it: storyarch db versions',
    )
  const known = versions.slice(0, LISTED).map(({ id }) => id)
  throw new UserError(
    `There is no version ${wanted} of the database.`,
    known.length === 0
      ? 'There is none at all yet.'
      : `The latest are ${known.join(', ')}; all of them: storyarch db versions`,
  )
}
