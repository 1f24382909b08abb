/** What a backend can be. Only ASLEEP can be woken; only a task that ECS saw end makes a backend ASLEEP. */
export type State = 'ASLEEP' | 'STARTING' | 'READY' | 'STOPPING'

export type Capacity = 'FARGATE' | 'FARGATE_SPOT'

/** Why a start came to nothing. */
export type Failure =
  | 'capacity'
  | 'quota'
  | 'configuration'
  | 'image'
  | 'database'
  | 'app'
  | 'unhealthy'
  | 'lost'

/** Why a task ended. */
export type StopCause = 'idle' | 'max-lifetime' | 'asked' | 'failed-start' | 'interrupted' | 'ended'

/** Who noticed. `ecs`: the task ended without any of ours. */
export type StoppedBy = 'alarm' | 'sweep' | 'agent' | 'user' | 'ecs'

/** A life that is over, as the dashboard tells it. */
export interface Session {
  readonly generation: number
  readonly wokenBy: string | null
  readonly startedAt: number | null
  readonly readyAt: number | null
  readonly stoppedAt: number
  readonly stopCause: StopCause
  readonly stopReason: string
  readonly failure: Failure | null
  readonly timings: Readonly<Record<string, number>> | null
}

/** The backend's life as its table item tells it. All times are epoch seconds; `…At` may have fractions. */
export interface Task {
  readonly state: State
  /** Fencing number: one more with every start, never less. Of one generation there is one task. */
  readonly generation: number
  /** Kept until the next start, so that a task that is believed dead may still store what it has. */
  readonly taskArn: string | null
  readonly capacity: Capacity | null
  readonly publicIp: string | null
  /** Where the app answers, when that is not `http://<public ip>:<port>`. */
  readonly url: string | null
  readonly wokenBy: string | null
  readonly startedAt: number | null
  /** When ECS was last asked for this generation's task. */
  readonly launchAt: number | null
  readonly readyAt: number | null
  /** Whole seconds. Nobody stops a READY task for idleness while this lies ahead. */
  readonly expiresAt: number | null
  /** Whole seconds. */
  readonly lastPingAt: number | null
  readonly heartbeatAt: number | null
  readonly stoppingAt: number | null
  readonly stoppedAt: number | null
  /** Somebody came while the task was stopping: the next generation starts as soon as this one is gone. */
  readonly wantAgain: boolean
  readonly stopCause: StopCause | null
  readonly stoppedBy: StoppedBy | null
  /** A sentence. */
  readonly stopReason: string | null
  readonly failure: Failure | null
  /** Starts that failed since the last one that succeeded. */
  readonly failedStarts: number
  /** By container. */
  readonly exitCodes: Readonly<Record<string, number>> | null
  /** Milliseconds by phase, as the agent measured them. */
  readonly timings: Readonly<Record<string, number>> | null
  /** The latest first. */
  readonly sessions: readonly Session[]
}

/** A backend whose item was never written. */
export const NEVER_RAN: Task = {
  state: 'ASLEEP',
  generation: 0,
  taskArn: null,
  capacity: null,
  publicIp: null,
  url: null,
  wokenBy: null,
  startedAt: null,
  launchAt: null,
  readyAt: null,
  expiresAt: null,
  lastPingAt: null,
  heartbeatAt: null,
  stoppingAt: null,
  stoppedAt: null,
  wantAgain: false,
  stopCause: null,
  stoppedBy: null,
  stopReason: null,
  failure: null,
  failedStarts: 0,
  exitCodes: null,
  timings: null,
  sessions: [],
}
