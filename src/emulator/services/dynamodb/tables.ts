import { randomUUID } from 'node:crypto'
import { AwsError, type Call } from '../../service.ts'
import { dropTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { changedIndexes, checkTableName, definitionOf, throughputOf } from './definition.ts'
import { describeTable } from './describeTable.ts'
import { invalid } from './invalid.ts'
import { type DynamoService, lookUpTable, statusOf, type TableRow, tableNamed, tablesOf } from './table.ts'

const refuseStreams = (input: {
  StreamSpecification?: { StreamEnabled: boolean | undefined } | undefined
}) => {
  if (input.StreamSpecification?.StreamEnabled)
    throw new AwsError('NotImplemented', 'The embedded AWS has no DynamoDB streams', { status: 501 })
}

const inUse = (what: string) => new AwsError('ResourceInUseException', what)

/** Only an ACTIVE table is changed or deleted. */
const checkActive = (call: Call, row: TableRow): void => {
  const doing = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted', ACTIVE: null }
  const what = doing[statusOf(row, call.now)]
  if (what !== null)
    throw inUse(`Attempt to change a resource which is still in use: Table is being ${what}: ${row.name}`)
}

const checkedTags = (tags: Record<string, string>, held: Record<string, string> = {}) => {
  const fault = tagFault(tags, held)
  if (fault) throw invalid(fault)
  return tags
}

/** Whom tags belong to: an ARN, never a name. Throws ResourceNotFoundException. */
const taggedTable = (call: Call, arn: string | undefined): TableRow => {
  const row = lookUpTable(call, arn)
  if (row === undefined || row.arn !== arn)
    throw new AwsError(
      'ResourceNotFoundException',
      `Requested resource not found: ResourceArn: ${arn} not found`,
    )
  return row
}

const encryptionKey = (
  call: Call,
  sent: { Enabled?: boolean | undefined; KMSMasterKeyId?: string | undefined },
) =>
  sent.Enabled
    ? (sent.KMSMasterKeyId ?? `arn:aws:kms:${call.region}:${call.account}:alias/aws/dynamodb`)
    : null

export const tables = {
  CreateTable: (input, call) => {
    refuseStreams(input)
    const name = checkTableName(input.TableName)
    if (lookUpTable(call, name)) throw inUse(`Table already exists: ${name}`)
    const readyAt = call.now + call.delay(8_000)
    const billing = input.BillingMode ?? 'PROVISIONED'
    const row: TableRow = {
      name,
      id: randomUUID(),
      arn: `arn:aws:dynamodb:${call.region}:${call.account}:table/${name}`,
      createdAt: call.now,
      readyAt,
      updatedAt: readyAt,
      goneAt: null,
      ...definitionOf(input, readyAt),
      billing,
      throughput: throughputOf(billing, input.ProvisionedThroughput),
      deletionProtection: input.DeletionProtectionEnabled ?? false,
      tableClass: input.TableClass ?? null,
      encryptionKey: encryptionKey(call, input.SSESpecification ?? {}),
      ttl: { attribute: null, changedAt: 0, settledAt: 0, nextChangeAt: 0 },
      recovery: { since: null, days: 35 },
    }
    const tags = checkedTags(tagMap(input.Tags))
    tablesOf(call).set(name, row)
    putTags(call, row.arn, tags)
    return { TableDescription: describeTable(call, row) }
  },

  DescribeTable: (input, call) => ({ Table: describeTable(call, tableNamed(call, input.TableName)) }),

  ListTables: (input, call) => {
    const limit = input.Limit ?? 100
    const names = tablesOf(call)
      .values()
      .flatMap(row => (lookUpTable(call, row.name) ? [row.name] : []))
      .sort()
      .filter(name => input.ExclusiveStartTableName === undefined || name > input.ExclusiveStartTableName)
    const last = names[limit - 1]
    return {
      TableNames: names.slice(0, limit),
      ...(names.length > limit && { LastEvaluatedTableName: last }),
    }
  },

  UpdateTable: (input, call) => {
    refuseStreams(input)
    const row = tableNamed(call, input.TableName)
    checkActive(call, row)
    const billing = input.BillingMode ?? row.billing
    const moves = input.BillingMode !== undefined || input.ProvisionedThroughput !== undefined
    const throughput = moves ? throughputOf(billing, input.ProvisionedThroughput) : row.throughput
    if (
      moves &&
      billing === row.billing &&
      input.ProvisionedThroughput &&
      throughput.read === row.throughput.read &&
      throughput.write === row.throughput.write
    )
      throw invalid(
        `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${row.throughput.read}. Requested ReadCapacityUnits: ${throughput.read}. Current WriteCapacityUnits provisioned for the table: ${row.throughput.write}. Requested WriteCapacityUnits: ${throughput.write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
      )
    if (moves && input.GlobalSecondaryIndexUpdates)
      throw invalid(
        'You can only perform one of the following operations at once: throughput or index changes',
      )
    const next: TableRow = {
      ...row,
      billing,
      throughput,
      ...changedIndexes(row, input, call.now + call.delay(60_000)),
      deletionProtection: input.DeletionProtectionEnabled ?? row.deletionProtection,
      tableClass: input.TableClass ?? row.tableClass,
      encryptionKey: input.SSESpecification ? encryptionKey(call, input.SSESpecification) : row.encryptionKey,
      updatedAt: call.now + call.delay(5_000),
    }
    tablesOf(call).set(row.name, next)
    return { TableDescription: describeTable(call, next) }
  },

  DeleteTable: (input, call) => {
    const row = tableNamed(call, input.TableName)
    checkActive(call, row)
    if (row.deletionProtection)
      throw invalid(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      )
    const next = { ...row, goneAt: call.now + call.delay(8_000) }
    tablesOf(call).set(row.name, next)
    return { TableDescription: describeTable(call, next) }
  },

  TagResource: (input, call) => {
    const { arn } = taggedTable(call, input.ResourceArn)
    putTags(call, arn, checkedTags(tagMap(input.Tags), tagsOf(call, arn)))
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, taggedTable(call, input.ResourceArn).arn, input.TagKeys ?? [])
    return {}
  },

  ListTagsOfResource: (input, call) => ({
    Tags: tagList(tagsOf(call, taggedTable(call, input.ResourceArn).arn)),
  }),
} satisfies DynamoService
