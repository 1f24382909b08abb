import type { PutMetricAlarmCommandInput, StateValue } from '@aws-sdk/client-cloudwatch'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `alarms`, keyed by name. Times in epoch milliseconds. What evaluates alarms reads `definition` and writes `state`. */
export interface Alarm {
  name: string
  arn: string
  /** The last PutMetricAlarm, without its tags. */
  definition: Omit<PutMetricAlarmCommandInput, 'Tags'>
  configuredAt: number
  state: AlarmState
}

export interface AlarmState {
  value: StateValue
  reason: string
  reasonData: string | null
  updatedAt: number
  /** The value's last change; a new reason alone is none. */
  changedAt: number
}

/** A row of `history`, keyed by a growing number. */
export interface HistoryItem {
  key: string
  alarm: string
  type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  at: number
  summary: string
  data: string
}

const HISTORY_MS = 30 * 86_400_000

export const alarmTable = (call: Call): Table<Alarm> => call.table<Alarm>('alarms', { service: 'cloudwatch' })

/** Throws ResourceNotFound. */
export const alarmOf = (call: Call, name = ''): Alarm => {
  const alarm = alarmTable(call).get(name)
  if (!alarm) throw new AwsError('ResourceNotFound', `Alarm ${name} does not exist`, { status: 404 })
  return alarm
}

const historyTable = (call: Call): Table<HistoryItem> =>
  call.table<HistoryItem>('history', { service: 'cloudwatch' })

/** What CloudWatch still remembers; AWS keeps an alarm's history for 30 days, also of a deleted one. */
export const history = (call: Call): HistoryItem[] =>
  historyTable(call)
    .entries()
    .flatMap(([key, item]) => {
      if (call.now - item.at < HISTORY_MS) return [item]
      historyTable(call).delete(key)
      return []
    })

export const remember = (call: Call, item: Omit<HistoryItem, 'key' | 'at'>): void => {
  const count = call.table<number>('counters', { service: 'cloudwatch' })
  const next = (count.get('history') ?? 0) + 1
  count.set('history', next)
  const key = String(next).padStart(12, '0')
  historyTable(call).set(key, { key, at: call.now, ...item })
}

/** Gives the alarm a state and its history an entry; the alarm as it is now. */
export const enterState = (
  call: Call,
  alarm: Alarm,
  to: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>,
): Alarm => {
  const from = alarm.state
  const changed = from.value !== to.value
  const now = {
    ...alarm,
    state: { ...to, updatedAt: call.now, changedAt: changed ? call.now : from.changedAt },
  }
  alarmTable(call).set(alarm.name, now)
  if (changed)
    remember(call, {
      alarm: alarm.name,
      type: 'StateUpdate',
      summary: `Alarm updated from ${from.value} to ${to.value}`,
      data: JSON.stringify({
        version: '1.0',
        oldState: { stateValue: from.value, stateReason: from.reason },
        newState: { stateValue: to.value, stateReason: to.reason },
      }),
    })
  return now
}

/** Notes in the alarm's history that its definition was made, changed or deleted. */
export const configured = (call: Call, alarm: string, what: 'Created' | 'Updated' | 'Deleted'): void =>
  remember(call, {
    alarm,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm}" ${what.toLowerCase()}`,
    data: JSON.stringify({ version: '1.0', type: what.replace(/d$/, '') }),
  })
