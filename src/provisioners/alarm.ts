import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { type AlarmDefinition, definitionIn, inputFor } from './kit/alarmDefinition.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the alarm's. */
export interface AlarmProps {
  /** One write: PutMetricAlarm replaces all of it. */
  definition: AlarmDefinition
}

export interface AlarmOut extends Outputs {
  arn: string
  name: string
}

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

  price: ({ definition: { periodSeconds } }) => [
    { item: 'alarm', unit: 'month', usd: periodSeconds < 60 ? prices.quickAlarmMonth : prices.alarmMonth },
    { item: 'custom metric', unit: 'running hour', usd: prices.customMetricHour },
  ],
}
