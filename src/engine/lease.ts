import { UserError } from '../errors.ts'

/** Who holds a stack's lease. */
export interface Holder {
  /** `user@host`, process and command, for people. */
  readonly who: string
  /** Where it runs: a CI run's URL, else the folder's name. */
  readonly where: string
  readonly sinceMs: number
  readonly expiresAtMs: number
}

export interface LeaseRecord {
  /** Grows by one with each holder: tells a plan that somebody applied since. */
  readonly serial: number
  /** Null when free. An expired holder was killed. */
  readonly holder: Holder | null
  /** The last apply failed, or was cut off before it could let go. False while somebody holds the lease. */
  readonly unfinished: boolean
  /** Ids that stood when the last holder let go: what is missing since was deleted by somebody else. */
  readonly standing: readonly string[]
}

/** How a holder lets go. `standing` null: as it was told before. */
export interface Ending {
  readonly unfinished: boolean
  readonly standing: readonly string[] | null
}

/** The right to change a stack: a record with an expiry in the stack's own table, so that no two `up`s interleave. */
export interface Lease {
  readonly heartbeatMs: number
  /** Null when the table or the record is not there. */
  read(): Promise<LeaseRecord | null>
  /** Throws UserError (exit 4) naming the holder; `force` takes it from whoever holds it. */
  acquire(force: boolean): Promise<LeaseRecord>
  /** Throws UserError (exit 4) when somebody else has it by now; anything else says that AWS could not be asked. */
  extend(): Promise<void>
  release(ending: Ending): Promise<void>
}

/** A lease lives for four heartbeats: a third one in vain leaves just the time to stop. */
const MOST_UNANSWERED = 2

const notExtended = (): UserError =>
  new UserError(
    'The lock of the stack could not be extended: DynamoDB does not answer.',
    'Run the same command again; it continues where this one stopped.',
    { exitCode: 3 },
  )

/**
 * Holds `lease` while `work` runs, extending it by heartbeats. The signal given to `work` aborts when the lease is
 * lost or `signal` aborts. `work` answers how to let go, or null when the table itself is gone.
 */
export const holding = async <T>(
  lease: Lease,
  options: { force: boolean; signal: AbortSignal },
  work: (record: LeaseRecord, signal: AbortSignal) => Promise<{ result: T; ending: Ending | null }>,
): Promise<T> => {
  const record = await lease.acquire(options.force)
  const lost = new AbortController()
  let unanswered = 0
  const beat = () => {
    unanswered += 1
    if (unanswered > MOST_UNANSWERED) lost.abort(notExtended())
    lease.extend().then(
      () => {
        unanswered = 0
      },
      // A call that failed took nothing away: the lease outlives several, and the next heartbeat asks again.
      error => error instanceof UserError && lost.abort(error),
    )
  }
  const heartbeat = setInterval(beat, lease.heartbeatMs)
  heartbeat.unref()
  try {
    const { result, ending } = await work(record, AbortSignal.any([options.signal, lost.signal]))
    clearInterval(heartbeat)
    if (ending !== null) await lease.release(ending)
    return result
  } catch (error) {
    clearInterval(heartbeat)
    await lease.release({ unfinished: true, standing: null }).catch(() => {})
    throw error
  }
}
