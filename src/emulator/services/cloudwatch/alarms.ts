import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagMap } from '../../tags.ts'
import { type Alarm, alarmOf, alarmTable, enterState, history, remember } from './alarm.ts'
import { demandAlarm } from './definition.ts'
import { demandTags } from './resourceTags.ts'

export const alarms = {
  /** Replaces the whole definition. The state stays; tags count only for a new alarm. */
  PutMetricAlarm: ({ Tags, ...definition }, call) => {
    demandAlarm(definition)
    const tags = tagMap(Tags)
    demandTags(tags)
    const name = definition.AlarmName ?? ''
    const held = alarmTable(call).get(name)
    const arn = `arn:aws:cloudwatch:${call.region}:${call.account}:alarm:${name}`
    alarmTable(call).set(name, {
      name,
      arn,
      definition,
      configuredAt: call.now,
      state: held?.state ?? {
        value: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        reasonData: null,
        updatedAt: call.now,
        changedAt: call.now,
      },
    })
    if (!held) putTags(call, arn, tags)
    configured(call, name, held ? 'Updated' : 'Created')
    return {}
  },

  DescribeAlarms: (input, call) => {
    const metric = input.AlarmTypes?.includes('MetricAlarm') ?? true
    if (input.AlarmNames?.length && input.AlarmNamePrefix !== undefined)
      throw new AwsError('ValidationError', 'AlarmNames and AlarmNamePrefix cannot be specified together')
    const found = alarmTable(call)
      .values()
      .filter(
        alarm =>
          metric &&
          (!input.AlarmNames?.length || input.AlarmNames.includes(alarm.name)) &&
          alarm.name.startsWith(input.AlarmNamePrefix ?? '') &&
          (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
          (input.ActionPrefix === undefined ||
            actionsOf(alarm).some(it => it.startsWith(input.ActionPrefix ?? ''))),
      )
    const { items, next } = page(found, ({ name }) => name, {
      token: input.NextToken,
      size: input.MaxRecords ?? 50,
    })
    return { MetricAlarms: items.map(shown), CompositeAlarms: [], NextToken: next }
  },

  DescribeAlarmsForMetric: ({ MetricName, Namespace, Dimensions = [] }, call) => {
    const key = (list: readonly CloudWatch.Dimension[]) =>
      list
        .map(({ Name, Value }) => `${Name}=${Value}`)
        .sort()
        .join()
    const found = alarmTable(call)
      .values()
      .filter(
        ({ definition }) =>
          definition.MetricName === MetricName &&
          definition.Namespace === Namespace &&
          key(definition.Dimensions ?? []) === key(Dimensions),
      )
    return { MetricAlarms: found.map(shown) }
  },

  /** The names that are right are deleted even when another is wrong. */
  DeleteAlarms: ({ AlarmNames = [] }, call) => {
    if (AlarmNames.length > 100)
      throw new AwsError('ValidationError', 'At most 100 alarms can be deleted at once')
    const missing = AlarmNames.filter(name => !alarmTable(call).has(name))
    for (const name of AlarmNames) {
      const alarm = alarmTable(call).get(name)
      if (!alarm) continue
      alarmTable(call).delete(name)
      forgetTags(call, alarm.arn)
      configured(call, name, 'Deleted')
    }
    if (missing.length > 0) alarmOf(call, missing[0])
    return {}
  },

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
    enterState(call, alarm, { value: StateValue, reason: StateReason, reasonData: StateReasonData ?? null })
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

const configured = (call: Call, alarm: string, what: 'Created' | 'Updated' | 'Deleted'): void =>
  remember(call, {
    alarm,
    type: 'ConfigurationUpdate',
    summary: `Alarm "${alarm}" ${what.toLowerCase()}`,
    data: JSON.stringify({ version: '1.0', type: what.replace(/d$/, '') }),
  })

const actionsOf = ({ definition }: Alarm): string[] => [
  ...(definition.AlarmActions ?? []),
  ...(definition.OKActions ?? []),
  ...(definition.InsufficientDataActions ?? []),
]

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

const shown = ({ arn, definition, configuredAt, state }: Alarm): CloudWatch.MetricAlarm => ({
  ...definition,
  AlarmArn: arn,
  ActionsEnabled: definition.ActionsEnabled ?? true,
  OKActions: definition.OKActions ?? [],
  AlarmActions: definition.AlarmActions ?? [],
  InsufficientDataActions: definition.InsufficientDataActions ?? [],
  TreatMissingData: definition.TreatMissingData ?? 'missing',
  ...(definition.Metrics
    ? { Metrics: definition.Metrics.map(query => ({ ...query, ReturnData: query.ReturnData ?? true })) }
    : { Dimensions: definition.Dimensions ?? [] }),
  AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
  StateValue: state.value,
  StateReason: state.reason,
  StateReasonData: state.reasonData ?? undefined,
  StateUpdatedTimestamp: new Date(state.updatedAt),
  StateTransitionedTimestamp: new Date(state.changedAt),
})
