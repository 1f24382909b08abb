import { readBase } from './base.ts'
import { type SaveDoors, type Saved, save } from './save.ts'
import type { Settings } from './settings.ts'
import { agentFolder } from './volume.ts'

export interface RunDoors extends Omit<SaveDoors, 'deadline'> {
  /** Resolves with the reason when the container is to end: ECS stops the app first, and then this one. */
  readonly toldToStop: Promise<string>
  /** A clock that runs from now. */
  readonly after: (seconds: number) => AbortSignal
}

/**
 * The container beside the app: waits for its end and then saves the database. Resolves when all that the app committed is
 * in S3, and is what the next task begins with or lies in a folder of its own; throws an Error when it could not be stored.
 */
export const run = async (settings: Settings, doors: RunDoors): Promise<Saved> => {
  const base = await readBase(agentFolder(settings.databasePath))
  // Not knowing what the app began with, it could only overwrite blindly in the end.
  if (base === null) throw new Error('The database was not restored in this task: run `restore` first')
  doors.log('info', 'watching', {
    path: settings.databasePath,
    base: base.kind === 'version' ? base.versionId : null,
  })
  const reason = await doors.toldToStop
  doors.log('info', 'saving', { reason })
  const startedMs = performance.now()
  const saved = await save(settings, base, {
    ...doors,
    deadline: doors.after(settings.saveDeadlineSeconds),
  })
  const facts = { ...saved, tookMs: Math.round(performance.now() - startedMs) }
  doors.log(LEVEL[saved.outcome], 'saved', facts)
  return saved
}

const LEVEL = {
  nothing: 'info',
  unchanged: 'info',
  published: 'info',
  conflict: 'warn',
  broken: 'error',
} as const
