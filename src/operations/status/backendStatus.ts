import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import { appUrl, type Life, type Session, type State, type Timings } from '../life.ts'
import { breakdown, type Phase, phasesOf } from '../phases.ts'
import { readLife } from '../readLife.ts'
import { type SeenTask, seeTask } from '../seeTask.ts'

/** A life that is over. Times are epoch milliseconds. */
export interface SessionStatus {
  readonly generation: number
  readonly wokenBy: string | null
  readonly startedAtMs: number | null
  readonly readyAtMs: number | null
  readonly stoppedAtMs: number | null
  readonly stopReason: string | null
  readonly failure: string | null
  readonly coldStartMs: number | null
  /** Milliseconds by phase of the cold start. */
  readonly phases: Timings | null
}

/** How the backend is. Times are epoch milliseconds. */
export interface BackendStatus extends SessionStatus {
  readonly state: State
  readonly taskArn: string | null
  /** What ECS calls the task; null when there is none, or ECS does not know it. */
  readonly taskStatus: string | null
  readonly url: string | null
  /** When it stops unless somebody pings. */
  readonly expiresAtMs: number | null
  readonly lastPingAtMs: number | null
  readonly wantAgain: boolean
  /** How far a start has come. */
  readonly progress: readonly Phase[]
  /** The latest first. */
  readonly sessions: readonly SessionStatus[]
}

/** Reads table and task. Throws UserError when there is no such stack. */
export const readBackendStatus = async (aws: Aws, backend: Backend): Promise<BackendStatus> => {
  const life = await readLife(aws, backend)
  const isAwake = life.state !== 'ASLEEP' && life.taskArn !== null
  const seen = isAwake && life.taskArn !== null ? await seeTask(aws, backend, life.taskArn) : null
  return backendStatusOf(life, seen, backend.port)
}

/** The state of the alarm that stops an idle backend: OK, ALARM or INSUFFICIENT_DATA; null when there is no alarm. */
export const readAlarm = async (aws: Aws, { alarm }: Backend): Promise<string | null> => {
  const { MetricAlarms = [] } = await aws
    .client(CloudWatchClient)
    .send(new DescribeAlarmsCommand({ AlarmNames: [alarm] }))
  return MetricAlarms[0]?.StateValue ?? null
}

export const backendStatusOf = (life: Life, seen: SeenTask | null, port: number): BackendStatus => ({
  ...sessionStatusOf(life, seen),
  stoppedAtMs: life.state === 'ASLEEP' ? ms(life.stoppedAt) : null,
  state: life.state,
  taskArn: life.state === 'ASLEEP' ? null : life.taskArn,
  taskStatus: seen?.lastStatus ?? null,
  url: appUrl(life, port),
  expiresAtMs: ms(life.expiresAt),
  lastPingAtMs: ms(life.lastPingAt),
  wantAgain: life.wantAgain,
  progress: life.state === 'STARTING' ? phasesOf(life, seen) : [],
  sessions: life.sessions.map(session => sessionStatusOf(session, null)),
})

const ms = (seconds: number | null): number | null => (seconds === null ? null : Math.round(seconds * 1000))

const sessionStatusOf = (session: Session, seen: SeenTask | null): SessionStatus => {
  const { startedAt, readyAt } = session
  return {
    generation: session.generation,
    wokenBy: session.wokenBy,
    startedAtMs: ms(startedAt),
    readyAtMs: ms(readyAt),
    stoppedAtMs: ms(session.stoppedAt),
    stopReason: session.stopReason,
    failure: session.failure,
    coldStartMs: startedAt === null || readyAt === null ? null : Math.round((readyAt - startedAt) * 1000),
    phases: breakdown(session, seen),
  }
}
