import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  type TimeToLiveDescription,
  UntagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { NotYet } from '../errors.ts'
import type { Aws, Live, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the DynamoDB table's. */
export interface TableProps {
  /** String hash key. Read only: any other key schema shows as `name:type`, joined by `+`. */
  key: string
  billing: 'PAY_PER_REQUEST' | 'PROVISIONED'
  /** Time-to-live attribute, null for none. */
  ttl: string | null
  deletionProtection: boolean
}

export interface TableOut extends Outputs {
  arn: string
  name: string
}

const GONE = 'ResourceNotFoundException'

/** The least capacity worth the name; the free tier holds five times as much. */
const PROVISIONED = { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } }

const billingOf = (billing: TableProps['billing']) =>
  billing === 'PROVISIONED' ? { BillingMode: billing, ...PROVISIONED } : { BillingMode: billing }

const keyIn = (table: TableDescription): string =>
  (table.KeySchema ?? [])
    .map(({ AttributeName }, _index, keys) => {
      const type = table.AttributeDefinitions?.find(known => known.AttributeName === AttributeName)
      return keys.length === 1 && type?.AttributeType === 'S'
        ? AttributeName
        : `${AttributeName}:${type?.AttributeType}`
    })
    .join('+')

const ttlIn = ({ TimeToLiveStatus, AttributeName }: TimeToLiveDescription = {}): string | null =>
  TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING' ? (AttributeName ?? null) : null

/** DynamoDB gives tags by the page; the SDK has no paginator for them. */
const tagsOf = async (aws: Aws, ResourceArn: string, NextToken?: string): Promise<Tags> => {
  const page = await aws
    .client(DynamoDBClient)
    .send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }))
  const rest = page.NextToken === undefined ? {} : await tagsOf(aws, ResourceArn, page.NextToken)
  return { ...tagsFrom(page.Tags), ...rest }
}

/** DynamoDB takes one change at a time. */
const whenActive = (live: Live<TableProps, TableOut>): string => {
  if (live.health === 'pending') throw new NotYet(`table ${live.out.name} is still changing`)
  return live.out.name
}

export const table: Provisioner<TableProps, TableOut> = {
  kind: 'table',
  naming: { max: 255, allow: /^[a-zA-Z0-9_.-]{3,}$/ },
  permissions: {
    read: ['dynamodb:DescribeTable', 'dynamodb:DescribeTimeToLive', 'dynamodb:ListTagsOfResource'],
    write: [
      'dynamodb:CreateTable',
      'dynamodb:UpdateTable',
      'dynamodb:UpdateTimeToLive',
      'dynamodb:TagResource',
      'dynamodb:UntagResource',
    ],
    remove: ['dynamodb:UpdateTable', 'dynamodb:DeleteTable'],
  },
  settles: { usuallySeconds: 10, atMostSeconds: 300 },
  removeAfter: ['lambdaFunction', 'cluster'],
  hunt: { arn: nameInArn('dynamodb', 'table/') },

  async read(aws, name) {
    const dynamo = aws.client(DynamoDBClient)
    const arn = await arnOf(aws, 'dynamodb', `table/${name}`)
    const [described, ttl, tags] = await Promise.all([
      absentIf(dynamo.send(new DescribeTableCommand({ TableName: name })), GONE),
      absentIf(dynamo.send(new DescribeTimeToLiveCommand({ TableName: name })), GONE),
      absentIf(tagsOf(aws, arn), GONE),
    ])
    const found = described?.Table
    if (!found) return undefined
    if (found.TableStatus === 'DELETING') throw new NotYet(`table ${name} is still being deleted`)
    return {
      props: {
        key: keyIn(found),
        billing: found.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
        ttl: ttlIn(ttl?.TimeToLiveDescription),
        deletionProtection: found.DeletionProtectionEnabled ?? false,
      },
      out: { arn, name },
      tags: tags ?? {},
      health: found.TableStatus === 'ACTIVE' ? 'ready' : 'pending',
    }
  },

  create: (aws, name, want, tags) =>
    aws.client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: name,
        KeySchema: [{ AttributeName: want.key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: want.key, AttributeType: 'S' }],
        DeletionProtectionEnabled: want.deletionProtection,
        Tags: tagPairs(tags),
        ...billingOf(want.billing),
      }),
    ),

  change: {
    key: 'replace',
    billing: async (aws, live, want) =>
      aws
        .client(DynamoDBClient)
        .send(new UpdateTableCommand({ TableName: whenActive(live), ...billingOf(want.billing) })),
    async ttl(aws, live, want) {
      const TableName = whenActive(live)
      // A new attribute needs the old one switched off first; the next round switches it on.
      const AttributeName = live.props.ttl ?? want.ttl ?? ''
      const Enabled = live.props.ttl === null
      await aws
        .client(DynamoDBClient)
        .send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }))
      if (!Enabled && want.ttl !== null)
        throw new NotYet(`time to live by ${AttributeName} is being disabled`)
    },
    deletionProtection: async (aws, live, want) =>
      aws.client(DynamoDBClient).send(
        new UpdateTableCommand({
          TableName: whenActive(live),
          DeletionProtectionEnabled: want.deletionProtection,
        }),
      ),
  },

  retag(aws, live, put, drop) {
    const dynamo = aws.client(DynamoDBClient)
    const ResourceArn = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => dynamo.send(new TagResourceCommand({ ResourceArn, Tags: tagPairs(tags) })),
      TagKeys => dynamo.send(new UntagResourceCommand({ ResourceArn, TagKeys })),
    )
  },

  async remove(aws, live) {
    const dynamo = aws.client(DynamoDBClient)
    const TableName = whenActive(live)
    if (live.props.deletionProtection)
      await absentIf(
        dynamo.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })),
        GONE,
      )
    await absentIf(dynamo.send(new DeleteTableCommand({ TableName })), GONE)
  },

  price: () => [
    { item: 'table writes', unit: 'million requests', usd: prices.dynamoMillionWrites },
    { item: 'table reads', unit: 'million requests', usd: prices.dynamoMillionReads },
    { item: 'table storage', unit: 'GB-month', usd: prices.dynamoGbMonth },
  ],
}
