import type * as CloudWatch from '@aws-sdk/client-cloudwatch'
import { page } from '../../page.ts'
import { AwsError, type Service } from '../../service.ts'
import { forgetTags, putTags, tagMap } from '../../tags.ts'
import { type Alarm, alarmOf, alarmTable, configured } from './alarm.ts'
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
} satisfies Service<typeof CloudWatch>

const actionsOf = ({ definition }: Alarm): string[] => [
  ...(definition.AlarmActions ?? []),
  ...(definition.OKActions ?? []),
  ...(definition.InsufficientDataActions ?? []),
]

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
