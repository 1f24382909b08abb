import { type Base, readBase } from './base.ts'
import type { Log } from './log.ts'
import { type SaveDoors, type Saved, save } from './save.ts'
import type { Leaving } from './serve.ts'
import type { Settings } from './settings.ts'
import { agentFolder } from './volume.ts'

export interface RunDoors extends Omit<SaveDoors, 'deadline'> {
  /** Beside the app, until the task is to end. */
  readonly serve: () => Promise<Leaving>
  /** Asks ECS to end this task; false when it could not be asked. */
  readonly stopTask: (why: string) => Promise<boolean>
  /** Resolves true when ECS tells this container to end, which it does when the app is gone; false after `seconds`. */
  readonly toldWithin: (seconds: number) => Promise<boolean>
  /** Null when the app cannot write any more, else why it still can. */
  readonly freeze: () => Promise<string | null>
  readonly thaw: () => void
  /** Whether this task still is the one of the table's generation; true when nobody can tell. */
  readonly isCurrent: () => Promise<boolean>
  /** A clock that runs from now. */
  readonly after: (seconds: number) => AbortSignal
}

/** For whoever decided that the task ends to tell ECS so, and for ECS to end an app of the longest `stopTimeout`. */
const OTHERS_SECONDS = 15
const APP_SECONDS = 150

/**
 * The container beside the app: serves until the task is to end, sees the app gone and then saves the database. Resolves
 * when all that the app committed is in S3, and is what the next task begins with or lies in a folder of its own; throws
 * an Error when it could not be stored.
 */
export const run = async (settings: Settings, doors: RunDoors): Promise<Saved> => {
  const base = await readBase(agentFolder(settings.databasePath))
  // Not knowing what the app began with, it could only overwrite blindly in the end.
  if (base === null) throw new Error('The database was not restored in this task: run `restore` first')
  doors.log('info', 'watching', {
    path: settings.databasePath,
    base: base.kind === 'version' ? base.versionId : null,
  })
  const leaving = await doors.serve()
  doors.log('info', 'leaving', { reason: leaving.why, mayStore: leaving.mayStore })
  if (await appEnds(leaving, doors)) doors.thaw()
  // From here on ECS counts, where it was ECS that told.
  const deadline = doors.after(settings.saveDeadlineSeconds)
  const mayPublish = leaving.mayStore && (await doors.isCurrent())
  return store(settings, base, mayPublish, { ...doors, deadline })
}

/**
 * The agent must not go before the app has, or what the app commits meanwhile is lost; only ECS can end the app. Without
 * ECS the app is kept from writing: what it was told is committed is saved, and more it is not told.
 */
const appEnds = async (leaving: Leaving, doors: RunDoors): Promise<boolean> => {
  if (leaving.appIsGone) return true
  if (leaving.ecsKnows && (await doors.toldWithin(OTHERS_SECONDS))) return true
  if ((await doors.stopTask(leaving.why)) && (await doors.toldWithin(APP_SECONDS))) return true
  const fault = await doors.freeze()
  doors.log('warn', 'app-outlives-agent', { frozen: fault === null, fault })
  return false
}

const store = async (
  settings: Settings,
  base: Base,
  mayPublish: boolean,
  doors: SaveDoors,
): Promise<Saved> => {
  const startedMs = performance.now()
  doors.log('info', 'saving', { mayPublish })
  const saved = await save(settings, base, doors, mayPublish)
  const facts = { ...saved, tookMs: Math.round(performance.now() - startedMs) }
  doors.log(LEVEL[saved.outcome], 'saved', facts)
  return saved
}

const LEVEL: Readonly<Record<Saved['outcome'], Parameters<Log>[0]>> = {
  nothing: 'info',
  unchanged: 'info',
  published: 'info',
  conflict: 'warn',
  broken: 'error',
}
