import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagFault } from '../../tags.ts'
import { groupArn, groupOf, groupTable, invalid, type LogGroup } from './group.ts'
import { dropStream, streamsOf } from './stream.ts'

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

export const groups = {
  CreateLogGroup: (input, call) => {
    const name = input.logGroupName ?? ''
    if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name) || name.startsWith('aws/'))
      throw invalid(
        `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      )
    const fault = tagFault(input.tags ?? {})
    if (fault !== undefined) throw invalid(fault)
    if (groupTable(call).has(name))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists')
    groupTable(call).set(name, {
      name,
      arn: groupArn(call, name),
      logClass: input.logGroupClass ?? 'STANDARD',
      createdAt: call.now,
      retentionDays: null,
      kmsKey: input.kmsKeyId ?? null,
      protected: input.deletionProtectionEnabled ?? false,
    })
    putTags(call, groupArn(call, name), input.tags ?? {})
    return {}
  },

  DescribeLogGroups: (input, call) => {
    const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers } = input
    if (prefix !== undefined && pattern !== undefined)
      throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.')
    const rows = logGroupIdentifiers?.length
      ? logGroupIdentifiers.map(identifier => groupOf(call, undefined, identifier))
      : groupTable(call).values()
    const found = rows.filter(
      ({ name, logClass }) =>
        name.startsWith(prefix ?? '') &&
        name.includes(pattern ?? '') &&
        logClass === (input.logGroupClass ?? logClass),
    )
    const { items, next } = page(found, ({ name }) => name, {
      token: input.nextToken,
      size: sizeOf(input.limit),
    })
    return { logGroups: items.map(group => shown(call, group)), nextToken: next }
  },

  DeleteLogGroup: ({ logGroupName }, call) => {
    const group = groupOf(call, logGroupName)
    if (group.protected)
      throw new AwsError(
        'ValidationException',
        'Log group has deletion protection enabled. Disable deletion protection and try again.',
      )
    for (const stream of streamsOf(call, group.name)) dropStream(call, stream)
    groupTable(call).delete(group.name)
    forgetTags(call, group.arn)
    return {}
  },

  PutRetentionPolicy: ({ logGroupName, retentionInDays = 0 }, call) => {
    const group = groupOf(call, logGroupName)
    if (!RETENTION_DAYS.includes(retentionInDays))
      throw invalid(
        `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
      )
    groupTable(call).set(group.name, { ...group, retentionDays: retentionInDays })
    return {}
  },

  DeleteRetentionPolicy: ({ logGroupName }, call) => {
    const group = groupOf(call, logGroupName)
    groupTable(call).set(group.name, { ...group, retentionDays: null })
    return {}
  },

  PutLogGroupDeletionProtection: ({ logGroupIdentifier, deletionProtectionEnabled }, call) => {
    const group = groupOf(call, undefined, logGroupIdentifier)
    groupTable(call).set(group.name, { ...group, protected: deletionProtectionEnabled ?? false })
    return {}
  },

  AssociateKmsKey: ({ logGroupName, kmsKeyId }, call) => {
    const group = groupOf(call, logGroupName)
    groupTable(call).set(group.name, { ...group, kmsKey: kmsKeyId ?? null })
    return {}
  },

  DisassociateKmsKey: ({ logGroupName }, call) => {
    const group = groupOf(call, logGroupName)
    groupTable(call).set(group.name, { ...group, kmsKey: null })
    return {}
  },
} satisfies Service<typeof Logs>

const sizeOf = (limit = 50): number => {
  if (limit < 1 || limit > 50)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50`,
    )
  return limit
}

const shown = (call: Call, group: LogGroup): Logs.LogGroup => ({
  logGroupName: group.name,
  /** Tagging wants the ARN without `:*`, policies the one with it; AWS tells both. */
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  logGroupClass: group.logClass,
  creationTime: group.createdAt,
  retentionInDays: group.retentionDays ?? undefined,
  kmsKeyId: group.kmsKey ?? undefined,
  deletionProtectionEnabled: group.protected,
  metricFilterCount: 0,
  storedBytes: streamsOf(call, group.name).reduce((sum, { bytes }) => sum + bytes, 0),
})
