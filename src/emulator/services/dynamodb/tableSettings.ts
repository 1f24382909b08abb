import type { ContinuousBackupsDescription } from '@aws-sdk/client-dynamodb'
import { AwsError, type Call } from '../../service.ts'
import { invalid } from './invalid.ts'
import { type DynamoService, lookUpTable, statusOf, type TableRow, tableNamed, tablesOf } from './table.ts'

const HOUR_MS = 3_600_000

const backedUpTable = (call: Call, name: string | undefined): TableRow => {
  const row = lookUpTable(call, name)
  if (row === undefined) throw new AwsError('TableNotFoundException', `Table not found: ${name}`)
  return row
}

const describeBackups = (call: Call, { recovery }: TableRow): ContinuousBackupsDescription => ({
  ContinuousBackupsStatus: 'ENABLED',
  PointInTimeRecoveryDescription:
    recovery.since === null
      ? { PointInTimeRecoveryStatus: 'DISABLED' }
      : {
          PointInTimeRecoveryStatus: 'ENABLED',
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: new Date(recovery.since),
          LatestRestorableDateTime: new Date(call.now),
        },
})

/** What a table has beside its definition: time to live and point-in-time recovery. */
export const tableSettings = {
  DescribeTimeToLive: (input, call) => {
    const { attribute, changedAt, settledAt } = tableNamed(call, input.TableName).ttl
    const settling = changedAt > 0 && call.now < settledAt
    if (attribute === null)
      return { TimeToLiveDescription: { TimeToLiveStatus: settling ? 'DISABLING' : 'DISABLED' } }
    return {
      TimeToLiveDescription: {
        TimeToLiveStatus: settling ? 'ENABLING' : 'ENABLED',
        AttributeName: attribute,
      },
    }
  },

  UpdateTimeToLive: (input, call) => {
    const row = tableNamed(call, input.TableName)
    const wanted = input.TimeToLiveSpecification
    if (!wanted?.AttributeName) throw invalid('TimeToLiveSpecification.AttributeName must not be empty')
    if (statusOf(row, call.now) === 'CREATING')
      throw new AwsError('ResourceInUseException', `Table is being created: ${row.name}`)
    if (wanted.Enabled && row.ttl.attribute === wanted.AttributeName)
      throw invalid('TimeToLive is already enabled')
    if (!wanted.Enabled && row.ttl.attribute === null) throw invalid('TimeToLive is already disabled')
    if (row.ttl.attribute !== null && row.ttl.attribute !== wanted.AttributeName)
      throw invalid(
        `TimeToLive is active on a different AttributeName: current AttributeName is ${row.ttl.attribute}`,
      )
    if (call.now < row.ttl.nextChangeAt)
      throw invalid('Time to live has been modified multiple times within a fixed interval')
    tablesOf(call).set(row.name, {
      ...row,
      ttl: {
        attribute: wanted.Enabled ? wanted.AttributeName : null,
        changedAt: call.now,
        settledAt: call.now + call.delay(10_000),
        nextChangeAt: call.now + call.delay(HOUR_MS),
      },
    })
    return { TimeToLiveSpecification: wanted }
  },

  DescribeContinuousBackups: (input, call) => ({
    ContinuousBackupsDescription: describeBackups(call, backedUpTable(call, input.TableName)),
  }),

  UpdateContinuousBackups: (input, call) => {
    const row = backedUpTable(call, input.TableName)
    if (call.now < row.readyAt + call.delay(20_000))
      throw new AwsError(
        'ContinuousBackupsUnavailableException',
        `Backups are being enabled for the table: ${row.name}. Please retry later`,
      )
    const wanted = input.PointInTimeRecoverySpecification
    const next = {
      ...row,
      recovery: {
        since: wanted?.PointInTimeRecoveryEnabled ? (row.recovery.since ?? call.now) : null,
        days: wanted?.RecoveryPeriodInDays ?? 35,
      },
    }
    tablesOf(call).set(row.name, next)
    return { ContinuousBackupsDescription: describeBackups(call, next) }
  },
} satisfies DynamoService
