import type { Life, Timings } from './life.ts'
import type { SeenTask } from './seeTask.ts'

/** The parts of a cold start in their order, as the agent and the dashboard name them. */
export const PHASES = ['schedule', 'pull', 'database', 'app'] as const
export type PhaseName = (typeof PHASES)[number]

/** One part of a start. Times are epoch milliseconds; `endMs` is null while it goes on. */
export interface Phase {
  readonly name: PhaseName
  readonly startMs: number
  readonly endMs: number | null
}

/**
 * How far a start has come: the phases that are over and the one that goes on. Between ECS's `pullStoppedAt` and its
 * `startedAt` the task waits for the container that restores the database ("Task" in the ECS API reference).
 */
export const phasesOf = (
  { startedAt, readyAt }: Pick<Life, 'startedAt' | 'readyAt'>,
  seen: SeenTask | null,
): Phase[] => {
  if (startedAt === null) return []
  const readyMs = readyAt === null ? null : readyAt * 1000
  const marks = [
    startedAt * 1000,
    seen?.pullStartedMs ?? null,
    seen?.pullStoppedMs ?? null,
    seen?.startedMs ?? null,
    readyMs,
  ]
  const phases: Phase[] = []
  for (const [index, name] of PHASES.entries()) {
    const startMs = marks[index] ?? null
    if (startMs === null) break
    // A later mark ends what has no end of its own: ECS keeps no times of a pull from a cache.
    const endMs = marks.slice(index + 1).find(mark => mark !== null && mark !== undefined) ?? null
    phases.push({ name, startMs, endMs: endMs === null ? null : Math.max(startMs, endMs) })
    if (marks[index + 1] === null) break
  }
  return phases
}

/** How long each part of a start took: as the agent measured it, else as ECS's times tell. Null when neither is known. */
export const breakdown = (
  life: Pick<Life, 'startedAt' | 'readyAt' | 'timings'>,
  seen: SeenTask | null,
): Timings | null => {
  if (life.readyAt === null || life.startedAt === null) return life.timings
  const phases = phasesOf(life, seen)
  const measured = Object.fromEntries(
    phases.flatMap(({ name, startMs, endMs }) => (endMs === null ? [] : [[name, endMs - startMs] as const])),
  )
  const told = phases.length === PHASES.length ? measured : {}
  const all = { ...told, ...life.timings }
  return Object.keys(all).length === 0 ? null : all
}
