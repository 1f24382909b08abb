import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutMetricAlarmCommand,
  type PutMetricAlarmInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the alarm's. */
export interface AlarmProps {
  /** One write: PutMetricAlarm replaces all of it. */
  definition: {
    description: string
    /** Metric math over `m1`, the metric's sum per period; `m1` alone is an alarm on the metric itself. */
    expression: string
    metric: { namespace: string; name: string; dimensions: Record<string, string> }
    periodSeconds: number
    evaluationPeriods: number
    datapointsToAlarm: number
    comparison: string
    threshold: number
    missingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing'
    alarmActions: string[]
    okActions: string[]
    actionsEnabled: boolean
  }
}

export interface AlarmOut extends Outputs {
  arn: string
  name: string
}

type Definition = AlarmProps['definition']

/** No unit: with a wrong one the alarm would see no data for ever. */
const queriesFor = ({ metric, periodSeconds, expression }: Definition): MetricDataQuery[] => [
  {
    Id: 'm1',
    ReturnData: false,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: 'Sum',
    },
  },
  { Id: 'e1', Expression: expression, ReturnData: true },
]

const inputFor = (name: string, definition: Definition): PutMetricAlarmInput => ({
  AlarmName: name,
  AlarmDescription: definition.description,
  Metrics: queriesFor(definition),
  EvaluationPeriods: definition.evaluationPeriods,
  DatapointsToAlarm: definition.datapointsToAlarm,
  ComparisonOperator: definition.comparison as PutMetricAlarmInput['ComparisonOperator'],
  Threshold: definition.threshold,
  TreatMissingData: definition.missingData,
  AlarmActions: definition.alarmActions,
  OKActions: definition.okActions,
  ActionsEnabled: definition.actionsEnabled,
})

/** An alarm on a plain metric (the seed's) reads as the expression `m1`. */
const metricIn = (alarm: MetricAlarm) => {
  const query = alarm.Metrics?.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat
  const metric = query?.Metric ?? alarm
  return {
    periodSeconds: query?.Period ?? alarm.Period ?? 0,
    metric: {
      namespace: metric.Namespace ?? '',
      name: metric.MetricName ?? '',
      dimensions: Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? ''])),
    },
  }
}

const definitionIn = (alarm: MetricAlarm): Definition => ({
  description: alarm.AlarmDescription ?? '',
  expression: alarm.Metrics?.find(({ Expression }) => Expression !== undefined)?.Expression ?? 'm1',
  ...metricIn(alarm),
  evaluationPeriods: alarm.EvaluationPeriods ?? 1,
  datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1,
  comparison: alarm.ComparisonOperator ?? '',
  threshold: alarm.Threshold ?? 0,
  missingData: (alarm.TreatMissingData ?? 'missing') as Definition['missingData'],
  alarmActions: alarm.AlarmActions ?? [],
  okActions: alarm.OKActions ?? [],
  actionsEnabled: alarm.ActionsEnabled ?? true,
})

const normal = ({ definition }: AlarmProps): AlarmProps => ({
  definition: {
    ...definition,
    alarmActions: [...definition.alarmActions].sort(),
    okActions: [...definition.okActions].sort(),
  },
})

export const alarm: Provisioner<AlarmProps, AlarmOut> = {
  kind: 'alarm',
  naming: { max: 255, allow: /^[\x20-\x7e]+$/ },
  permissions: {
    read: ['cloudwatch:DescribeAlarms', 'cloudwatch:ListTagsForResource'],
    write: ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource', 'cloudwatch:UntagResource'],
    remove: ['cloudwatch:DeleteAlarms'],
  },
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  removeAfter: [],
  hunt: { arn: nameInArn('cloudwatch', 'alarm:') },
  normal,

  async read(aws, name) {
    const cloudwatch = aws.client(CloudWatchClient)
    const arn = await arnOf(aws, 'cloudwatch', `alarm:${name}`)
    const [{ MetricAlarms = [] }, tags] = await Promise.all([
      cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] })),
      absentIf(
        cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN: arn })),
        'ResourceNotFoundException',
        'ResourceNotFound',
      ),
    ])
    const [found] = MetricAlarms
    if (!found) return undefined
    return {
      props: normal({ definition: definitionIn(found) }),
      out: { arn, name },
      tags: tagsFrom(tags?.Tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws
      .client(CloudWatchClient)
      .send(new PutMetricAlarmCommand({ ...inputFor(name, want.definition), Tags: tagPairs(tags) })),

  change: {
    definition: (aws, live, want) =>
      aws.client(CloudWatchClient).send(new PutMetricAlarmCommand(inputFor(live.out.name, want.definition))),
  },

  retag(aws, live, put, drop) {
    const cloudwatch = aws.client(CloudWatchClient)
    const ResourceARN = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: tagPairs(tags) })),
      TagKeys => cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
    )
  },

  remove: (aws, live) =>
    absentIf(
      aws.client(CloudWatchClient).send(new DeleteAlarmsCommand({ AlarmNames: [live.out.name] })),
      'ResourceNotFound',
    ),

  price: () => [
    { item: 'alarm', unit: 'month', usd: prices.alarmMonth },
    { item: 'custom metric', unit: 'running hour', usd: prices.customMetricHour },
  ],
}
