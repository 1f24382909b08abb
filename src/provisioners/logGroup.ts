import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import type { Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop } from './kit/tags.ts'

/** name: the group's. */
export interface LogGroupProps {
  /** Null: kept for ever, as CloudWatch does when nobody says anything. */
  retentionDays: number | null
}

export interface LogGroupOut extends Outputs {
  /** Without `:*`. */
  arn: string
  name: string
}

const GONE = 'ResourceNotFoundException'
const groupInArn = nameInArn('logs', 'log-group:')

export const logGroup: Provisioner<LogGroupProps, LogGroupOut> = {
  kind: 'logGroup',
  naming: { max: 512, allow: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/ },
  permissions: {
    read: ['logs:DescribeLogGroups', 'logs:ListTagsForResource'],
    write: [
      'logs:CreateLogGroup',
      'logs:PutRetentionPolicy',
      'logs:DeleteRetentionPolicy',
      'logs:TagResource',
      'logs:UntagResource',
    ],
    remove: ['logs:DeleteLogGroup'],
  },
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  // Whoever still logs would make the group again, without retention and tags.
  removeAfter: ['lambdaFunction', 'cluster'],
  hunt: { arn: arn => groupInArn(arn)?.replace(/:\*$/, '') },

  async read(aws, name) {
    const logs = aws.client(CloudWatchLogsClient)
    const arn = await arnOf(aws, 'logs', `log-group:${name}`)
    const [described, tags] = await Promise.all([
      // Sorted by name: the group itself comes before every longer name.
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name })),
      absentIf(logs.send(new ListTagsForResourceCommand({ resourceArn: arn })), GONE),
    ])
    const found = described.logGroups?.find(({ logGroupName }) => logGroupName === name)
    if (!found) return undefined
    return {
      props: { retentionDays: found.retentionInDays ?? null },
      out: { arn, name },
      tags: tags?.tags ?? {},
      health: 'ready',
    }
  },

  create: (aws, name, _want, tags) =>
    aws.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: name, tags })),

  change: {
    retentionDays: (aws, live, want) => {
      const logs = aws.client(CloudWatchLogsClient)
      const logGroupName = live.out.name
      return want.retentionDays === null
        ? logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
        : logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: want.retentionDays }))
    },
  },

  retag(aws, live, put, drop) {
    const logs = aws.client(CloudWatchLogsClient)
    const resourceArn = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => logs.send(new TagResourceCommand({ resourceArn, tags })),
      tagKeys => logs.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    )
  },

  remove: (aws, live) =>
    absentIf(
      aws.client(CloudWatchLogsClient).send(new DeleteLogGroupCommand({ logGroupName: live.out.name })),
      GONE,
    ),

  price: () => [
    { item: 'logs ingested', unit: 'GB', usd: prices.logsGbIngested },
    { item: 'logs stored', unit: 'GB-month', usd: prices.logsGbMonth },
  ],
}
