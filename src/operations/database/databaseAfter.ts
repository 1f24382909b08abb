import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import type { Life } from '../life.ts'
import { type Aside, listAside } from './listAside.ts'
import { listVersions } from './listVersions.ts'
import type { Version, Versions } from './version.ts'

/** The container that stores the database at the end of a task. */
const AGENT = 'agent'

/** Where the database is after a stop. */
export type Stored =
  | { readonly outcome: 'saved' | 'unchanged'; readonly version: Version }
  /** There was no database before, and there is none now. */
  | { readonly outcome: 'none' }
  /** It was put aside because it must not replace the current one. */
  | { readonly outcome: 'aside'; readonly aside: Aside }
  /** Nobody says that the database of this life is stored. `exitCode`: the agent's; null when ECS tells none. */
  | { readonly outcome: 'unsure'; readonly exitCode: number | null; readonly version: Version | null }

interface Ended {
  readonly before: Versions
  /** Epoch seconds. */
  readonly startedAt: number | null
  readonly exitCodes: Readonly<Record<string, number | null>>
  /** False when the task was stopped before its app started: nobody wrote to the database. */
  readonly appRan: boolean
}

/** What became of the database of a task that is over, by the agent's exit code and by what lies in the bucket. */
export const databaseAfter = async (
  aws: Aws,
  { database, stack }: Backend,
  { before, startedAt, exitCodes, appRan }: Ended,
): Promise<Stored> => {
  const [after, asides] = await Promise.all([listVersions(aws, database, stack), listAside(aws, database)])
  return storedOf({
    before,
    after,
    exitCode: exitCodes[AGENT] ?? null,
    hasAgent: AGENT in exitCodes,
    appRan,
    aside: asides.find(({ atMs }) => atMs >= (startedAt ?? 0) * 1000) ?? null,
  })
}

interface Over {
  readonly life: Pick<Life, 'startedAt' | 'stoppedAt' | 'exitCodes'>
  readonly versions: Versions
}

/**
 * What became of the database of the last life when that has been over for a while: whoever gave up waiting for a stop asks
 * again. A version stored since then, by a restore, makes up for what was not.
 */
export const databaseSince = async (
  aws: Aws,
  { database }: Backend,
  { life: { startedAt, stoppedAt, exitCodes }, versions: { current } }: Over,
): Promise<Stored> => {
  const storedMs = current?.atMs ?? 0
  const exitCode = exitCodes?.[AGENT] ?? 0
  if (storedMs <= (stoppedAt ?? 0) * 1000) {
    const asides = await listAside(aws, database)
    const aside = asides.find(({ atMs }) => atMs >= Math.max((startedAt ?? 0) * 1000, storedMs))
    if (aside !== undefined) return { outcome: 'aside', aside }
    if (exitCode !== 0) return { outcome: 'unsure', exitCode, version: current }
  }
  return current === null ? { outcome: 'none' } : { outcome: 'unchanged', version: current }
}

/** Pure. A task without an agent stores its database by itself; then a new version is all there is to see. */
export const storedOf = ({
  before,
  after,
  exitCode,
  hasAgent,
  appRan,
  aside,
}: {
  readonly before: Versions
  readonly after: Versions
  readonly exitCode: number | null
  readonly hasAgent: boolean
  readonly appRan: boolean
  readonly aside: Aside | null
}): Stored => {
  const version = after.current
  const isNew = version !== null && version.id !== before.current?.id
  if (aside !== null && !isNew) return { outcome: 'aside', aside }
  // An agent with an exit code ran, whatever else is told.
  const ran = appRan || exitCode !== null
  if (ran && hasAgent && exitCode !== 0) return { outcome: 'unsure', exitCode, version }
  if (isNew) return { outcome: 'saved', version }
  if (ran && !hasAgent) return { outcome: 'unsure', exitCode: null, version }
  return version === null ? { outcome: 'none' } : { outcome: 'unchanged', version }
}
