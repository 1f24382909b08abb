import { lastStatus, type Task } from '../services/ecs/task.ts'
import type { Store } from '../store.ts'

/** A part of the data plane that does something by itself. */
export type Part = 'tasks' | 'alarms' | 'schedules' | 'deliveries'

/** Which parts have to look at what a call has changed. Everything that may publish an event may queue deliveries. */
const STIRS: Readonly<Record<string, readonly Part[]>> = {
  RunTask: ['tasks', 'deliveries'],
  StopTask: ['tasks', 'deliveries'],
  PutMetricAlarm: ['alarms'],
  DeleteAlarms: ['alarms'],
  EnableAlarmActions: ['alarms'],
  DisableAlarmActions: ['alarms'],
  SetAlarmState: ['alarms', 'deliveries'],
  PutRule: ['schedules'],
  EnableRule: ['schedules'],
  DisableRule: ['schedules'],
  DeleteRule: ['schedules'],
  PutEvents: ['deliveries'],
  Publish: ['deliveries'],
  Invoke: ['deliveries'],
}

export const stirredBy = (operation: string): readonly Part[] => STIRS[operation] ?? []

const TABLES: Readonly<Record<string, Part>> = {
  'cloudwatch/alarms': 'alarms',
  'events/rules': 'schedules',
  'lambda/asyncInvocations': 'deliveries',
}

/** The parts that have something to do when an emulator starts with what is in `store`; tasks do not outlive one. */
export const partsAtWork = (store: Store): readonly Part[] => [
  ...new Set(store.scopes().flatMap(([, service, , table]) => TABLES[`${service}/${table}`] ?? [])),
]

/** Whether the emulator before this one has ended without ending its tasks. */
export const tasksAreLeft = (store: Store): boolean =>
  store.scopes().some(scope => {
    const [, service, , table] = scope
    if (service !== 'ecs') return false
    if (table === 'processes') return true
    return (
      table === 'tasks' &&
      store
        .table<Task>(...scope)
        .values()
        .some(task => lastStatus(task) !== 'STOPPED')
    )
  })

/** The regions in which a table of a service holds a row. */
export const regionsWith = (store: Store, service: string, table: string): string[] =>
  store
    .scopes()
    .flatMap(([, of, region = '', ...name]) => (of === service && name.join('/') === table ? [region] : []))
