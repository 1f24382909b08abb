import { holding } from '../../engine/lease.ts'
import type { World } from '../../engine/world.ts'
import { UserError } from '../../errors.ts'
import type { Backend, Doors } from '../backend.ts'
import { isOver } from '../isOver.ts'
import type { Life } from '../life.ts'
import { readLife } from '../readLife.ts'
import { type Stopped, stop } from '../stop.ts'
import { chooseVersion } from './chooseVersion.ts'
import { listVersions } from './listVersions.ts'
import { proveVersion, restoreVersion } from './restoreVersion.ts'
import type { Version } from './version.ts'

export interface RestoreWish {
  /** A version's id, or its unambiguous start. */
  readonly wanted: string
  /** Stops a running backend first; without it a running backend is a refusal. */
  readonly stopFirst: boolean
  readonly by: string
  /** Shows what would come in place of what, and asks; false leaves everything as it is. */
  readonly confirm: (version: Version, current: Version | null) => Promise<boolean>
}

export type Restored =
  | { readonly outcome: 'declined' }
  | {
      readonly outcome: 'current already'
      readonly version: Version
      /** The stop brought no other version. */
      readonly stopped: Stopped | null
    }
  | {
      readonly outcome: 'restored'
      readonly version: Version
      /** The version that was made. */
      readonly madeId: string
      /** What was current before, and comes back with another restore; null when nothing was. */
      readonly previous: Version | null
      readonly stopped: Stopped | null
      /** Somebody started a task meanwhile, with the database as it was before. */
      readonly startedMeanwhile: boolean
    }

/**
 * Makes an earlier version of the database the current one, by a new version. It is proved sound first; the stack's
 * lease keeps `up` and another restore away, and S3 refuses it if another version was stored meanwhile. Throws
 * UserError when the backend runs, the version is unknown or unsound, or somebody else is in between.
 */
export const restore = async (
  doors: Doors & Pick<World, 'lease'>,
  backend: Backend,
  wish: RestoreWish,
): Promise<Restored> => {
  const [versions, life] = await Promise.all([
    listVersions(doors.aws, backend.database, backend.stack),
    readLife(doors.aws, backend),
  ])
  const version = chooseVersion(versions, wish.wanted)
  const isIdle = await isOver(doors.aws, backend, life)
  // While a task runs, the current version is what it began with, not what it has.
  if (version.isCurrent && life.state === 'ASLEEP')
    return { outcome: 'current already', version, stopped: null }
  if (!isIdle && !wish.stopFirst) throw runs(life)
  if (!(await wish.confirm(version, versions.current))) return { outcome: 'declined' }
  return underLease(doors, backend, () => replace(doors, backend, { version, life, isIdle, by: wish.by }))
}

const runs = ({ state, generation }: Life): UserError =>
  new UserError(
    `The backend is ${state} (generation ${generation}): its task would go on with the database it has, and could not store it.`,
    'Stop it first (storyarch stop), or have it stopped with --stop.',
  )

interface Asked {
  readonly version: Version
  readonly life: Life
  readonly isIdle: boolean
  readonly by: string
}

const replace = async (
  doors: Doors,
  backend: Backend,
  { version, life, isIdle, by }: Asked,
): Promise<Restored> => {
  const stopped = isIdle ? null : await stop(doors, backend, by)
  if (stopped?.database.outcome === 'unsure')
    throw new UserError(
      'The backend was stopped, but nobody says that its database was stored; nothing was restored.',
      'Look at its log (storyarch logs task) and at storyarch db versions, then run the same command again.',
    )
  const versions = await listVersions(doors.aws, backend.database, backend.stack)
  if (versions.current?.id === version.id) return { outcome: 'current already', version, stopped }
  const sha256 = await proveVersion(doors, backend, version)
  const before = await readLife(doors.aws, backend)
  if (before.state !== 'ASLEEP' && before.generation !== life.generation) throw runs(before)
  const madeId = await restoreVersion(doors, backend, { versions, version, sha256 })
  const after = await readLife(doors.aws, backend)
  const startedMeanwhile = after.generation !== before.generation
  return { outcome: 'restored', version, madeId, previous: versions.current, stopped, startedMeanwhile }
}

/** The lease as a maintenance lock: what the last `up` left unfinished stays so. */
const underLease = async <T>(
  { lease: leaseOf, signal }: Doors & Pick<World, 'lease'>,
  { table }: Backend,
  work: () => Promise<T>,
): Promise<T> => {
  const lease = leaseOf(table)
  const unfinished = (await lease.read())?.unfinished ?? false
  const ending = { unfinished, standing: null }
  // A failure of ours is no unfinished `up`.
  const settled = await holding(lease, { force: false, signal }, async () => ({
    result: await work().then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    ),
    ending,
  }))
  if ('error' in settled) throw settled.error
  return settled.value
}
