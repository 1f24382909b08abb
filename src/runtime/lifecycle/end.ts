import type { Failure, Session, StopCause, StoppedBy, Task } from './task.ts'

/** Why a life ends, as it is recorded. */
export interface Stop {
  readonly cause: StopCause
  readonly by: StoppedBy
  /** A sentence. */
  readonly reason: string
  readonly failure: Failure | null
}

const KEPT_SESSIONS = 10
const LONGEST_REASON = 500

/** STOPPING, with its cause; the first cause stays. */
export const stopping = (task: Task, { cause, by, reason, failure }: Stop, now: number): Task => ({
  ...task,
  state: 'STOPPING',
  stoppingAt: now,
  stopCause: cause,
  stoppedBy: by,
  stopReason: reason.slice(0, LONGEST_REASON),
  failure,
})

/** ASLEEP, with the life that is over among the sessions. `otherwise`: the cause when none was recorded before. */
export const asleep = (task: Task, otherwise: Stop, now: number): Task => {
  const ended = task.state === 'STOPPING' ? task : stopping(task, otherwise, now)
  const session: Session = {
    generation: ended.generation,
    wokenBy: ended.wokenBy,
    startedAt: ended.startedAt,
    readyAt: ended.readyAt,
    stoppedAt: now,
    stopCause: ended.stopCause ?? otherwise.cause,
    stopReason: ended.stopReason ?? otherwise.reason,
    failure: ended.failure,
    timings: ended.timings,
  }
  return {
    ...ended,
    state: 'ASLEEP',
    publicIp: null,
    url: null,
    expiresAt: null,
    stoppedAt: now,
    wantAgain: false,
    failedStarts: ended.failedStarts + (ended.failure === null ? 0 : 1),
    sessions: [session, ...ended.sessions].slice(0, KEPT_SESSIONS),
  }
}
