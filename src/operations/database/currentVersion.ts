import { UserError } from '../../errors.ts'
import type { Backend } from '../backend.ts'
import type { Version, Versions } from './version.ts'

/** The version that the next task begins with. Throws UserError when there is none, or the database was deleted. */
export const currentVersion = (
  { current, versions, deleteMarkers }: Versions,
  { bucket, key }: Backend['database'],
): Version => {
  if (current !== null) return current
  const [latest] = versions
  if (latest === undefined)
    throw new UserError(
      `There is no database in s3://${bucket}/${key} yet.`,
      'It is stored when a task stops: storyarch wake --wait, then storyarch stop',
    )
  const deleted = deleteMarkers.find(({ isCurrent }) => isCurrent)
  throw new UserError(
    `The database in s3://${bucket}/${key} was deleted${deleted === undefined ? '' : ` at ${new Date(deleted.atMs).toISOString()}`}.`,
    `Bring it back: storyarch db restore --version ${latest.id}`,
  )
}
