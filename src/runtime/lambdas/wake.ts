import type { EndedTask } from '../lifecycle/ended.ts'
import { endOf, type TaskShape } from './endOf.ts'

/** What wakes the monitor. */
export type Wake =
  | { readonly kind: 'alarm'; readonly name: string }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'ended'; readonly startedBy: string | null; readonly end: Omit<EndedTask, 'generation'> }
  | { readonly kind: 'stop'; readonly by: string }
  /** Nothing to act on; `what` says for the log what it was. */
  | { readonly kind: 'unknown'; readonly what: string }

interface MonitorEvent {
  readonly Records?: unknown
  readonly source?: unknown
  readonly 'detail-type'?: unknown
  readonly detail?: unknown
  readonly alarmData?: { readonly alarmName?: unknown; readonly state?: { readonly value?: unknown } }
  readonly action?: unknown
  readonly by?: unknown
}

interface SnsRecord {
  readonly Sns?: { readonly Message?: unknown }
}

interface TaskDetail extends TaskShape {
  readonly clusterArn?: unknown
  readonly group?: unknown
  readonly lastStatus?: unknown
  readonly startedBy?: unknown
}

export interface Place {
  readonly cluster: string
  readonly family: string
}

const unknown = (what: string): Wake => ({ kind: 'unknown', what: what.slice(0, 300) })

/**
 * Reads what woke the monitor: alarms through SNS or as a direct alarm action, a schedule, a task's end, or a direct
 * invocation `{ "action": "stop", "by": "…" }`. One event may carry several messages.
 */
export const wakesOf = (event: unknown, place: Place): Wake[] => {
  if (event === null || typeof event !== 'object') return [unknown(String(event))]
  const { Records, source, 'detail-type': type, detail, alarmData, action, by } = event as MonitorEvent
  if (Array.isArray(Records))
    return Records.map(record => ofMessage((record as SnsRecord | null)?.Sns?.Message))
  if (source === 'aws.cloudwatch' && alarmData !== undefined)
    return [ofAlarm(alarmData.alarmName, alarmData.state?.value)]
  if (source === 'aws.events' && type === 'Scheduled Event') return [{ kind: 'sweep' }]
  if (source === 'aws.ecs' && type === 'ECS Task State Change') return [ofTask(detail, place)]
  if (action === 'stop') return [{ kind: 'stop', by: typeof by === 'string' ? by.slice(0, 200) : 'somebody' }]
  return [unknown(JSON.stringify(event))]
}

const ofMessage = (message: unknown): Wake => {
  if (typeof message !== 'string') return unknown('a record without a message')
  try {
    const { AlarmName, NewStateValue } = JSON.parse(message) as Record<string, unknown>
    return ofAlarm(AlarmName, NewStateValue)
  } catch {
    return unknown(message)
  }
}

const ofAlarm = (name: unknown, state: unknown): Wake =>
  typeof name === 'string' && state === 'ALARM'
    ? { kind: 'alarm', name }
    : unknown(`alarm ${String(name)} in state ${String(state)}`)

const ofTask = (detail: unknown, { cluster, family }: Place): Wake => {
  const task = (detail ?? {}) as TaskDetail
  const { clusterArn, group, taskArn, lastStatus, startedBy } = task
  const ours = String(clusterArn).endsWith(`:cluster/${cluster}`) && group === `family:${family}`
  if (!ours || typeof taskArn !== 'string') return unknown(`task ${String(taskArn)} of ${String(group)}`)
  if (lastStatus !== 'STOPPED') return unknown(`task ${taskArn} is ${String(lastStatus)}`)
  return {
    kind: 'ended',
    startedBy: typeof startedBy === 'string' ? startedBy : null,
    end: { taskArn, ...endOf(task) },
  }
}
