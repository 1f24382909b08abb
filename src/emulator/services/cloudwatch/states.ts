import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { alarmOf, alarmTable, configured, history } from './alarm.ts'
import { changeState } from './stateChange.ts'

export const states = {
  EnableAlarmActions: ({ AlarmNames }, call) => switched(call, AlarmNames ?? [], true),
  DisableAlarmActions: ({ AlarmNames }, call) => switched(call, AlarmNames ?? [], false),

  SetAlarmState: (
    { AlarmName, StateValue = 'INSUFFICIENT_DATA', StateReason = '', StateReasonData },
    call,
  ) => {
    const alarm = alarmOf(call, AlarmName)
    if (!['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(StateValue))
      throw new AwsError('ValidationError', `Unknown StateValue: ${StateValue}`)
    demandJson(StateReasonData)
    changeState(call, alarm, { value: StateValue, reason: StateReason, reasonData: StateReasonData ?? null })
    return {}
  },

  DescribeAlarmHistory: (input, call) => {
    const from = input.StartDate?.getTime() ?? 0
    const until = input.EndDate?.getTime() ?? Number.POSITIVE_INFINITY
    const found = history(call).filter(
      item =>
        (input.AlarmName === undefined || item.alarm === input.AlarmName) &&
        (input.HistoryItemType === undefined || item.type === input.HistoryItemType) &&
        item.at >= from &&
        item.at <= until,
    )
    const { items, next } = page(found, ({ key }) => key, {
      token: input.NextToken,
      size: input.MaxRecords ?? 100,
      descending: input.ScanBy !== 'TimestampAscending',
    })
    return {
      AlarmHistoryItems: items.map(item => ({
        AlarmName: item.alarm,
        AlarmType: 'MetricAlarm',
        Timestamp: new Date(item.at),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.data,
      })),
      NextToken: next,
    }
  },
} satisfies Service<typeof CloudWatch>

/** Names of no alarm are passed over, as in CloudWatch. */
const switched = (call: Call, names: readonly string[], enabled: boolean): Record<string, never> => {
  for (const name of names) {
    const alarm = alarmTable(call).get(name)
    if (!alarm) continue
    alarmTable(call).set(name, {
      ...alarm,
      definition: { ...alarm.definition, ActionsEnabled: enabled },
      configuredAt: call.now,
    })
    configured(call, name, 'Updated')
  }
  return {}
}

const demandJson = (text: string | undefined): void => {
  try {
    if (text !== undefined) JSON.parse(text)
  } catch {
    throw new AwsError('InvalidFormatFault', 'StateReasonData must be valid JSON')
  }
}
