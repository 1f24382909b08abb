import type { Backend, Doors } from '../backend.ts'
import { noStack } from '../readLife.ts'
import { type LogEvent, merged } from './logEvent.ts'
import { type LogName, readLog } from './readLog.ts'

const POLL_MS = 2000
/** CloudWatch shows a line up to so long after its time, behind younger ones of other streams. */
const OVERLAP_MS = 30_000

/** Which of `events` were not shown before, and what to remember for the next time. Pure. */
export const unseen = (
  events: readonly LogEvent[],
  shown: ReadonlyMap<string, number>,
  sinceMs: number,
): { readonly fresh: readonly LogEvent[]; readonly shown: ReadonlyMap<string, number> } => {
  const fresh = events.filter(event => !shown.has(keyOf(event)))
  const kept = [...shown].filter(([, atMs]) => atMs >= sinceMs)
  return { fresh, shown: new Map([...kept, ...fresh.map(event => [keyOf(event), event.atMs] as const)]) }
}

const keyOf = ({ id, stream }: LogEvent): string => `${stream} ${id}`

/**
 * Hands over the lines of the named logs since a moment, merged by time, then whatever is written, until `signal`
 * aborts. Polls with an overlap, so that late lines are seen and none twice. Rejects with the signal's reason, and with
 * UserError when there is none of these logs to begin with.
 */
export const followLogs = async (
  { aws, clock, signal }: Pick<Doors, 'aws' | 'clock' | 'signal'>,
  backend: Backend,
  { names, sinceMs }: { readonly names: readonly LogName[]; readonly sinceMs: number },
  show: (events: readonly LogEvent[]) => void,
): Promise<never> => {
  let shown: ReadonlyMap<string, number> = new Map()
  for (let fromMs = sinceMs; ; ) {
    const nextMs = Math.max(sinceMs, clock.nowMs() - OVERLAP_MS)
    const logs = await Promise.all(names.map(name => readLog({ aws, signal }, backend, name, fromMs)))
    if (fromMs === sinceMs && logs.every(log => log === null))
      throw noStack(backend.stack, `log group ${backend.logGroups[names[0] ?? 'task']}`, null)
    const turn = unseen(merged(logs.map(log => log ?? [])), shown, Math.min(fromMs, nextMs))
    shown = turn.shown
    fromMs = nextMs
    if (turn.fresh.length > 0) show(turn.fresh)
    await clock.sleep(POLL_MS, signal)
  }
}
