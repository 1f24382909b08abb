import type { LogGroupClass } from '@aws-sdk/client-cloudwatch-logs'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `groups`, keyed by name. Times in epoch milliseconds. */
export interface LogGroup {
  name: string
  arn: string
  logClass: LogGroupClass
  createdAt: number
  /** Null: kept for ever. */
  retentionDays: number | null
  kmsKey: string | null
  protected: boolean
}

export const groupTable = (call: Call): Table<LogGroup> => call.table<LogGroup>('groups', { service: 'logs' })

export const groupArn = (call: Call, name: string): string =>
  `arn:aws:logs:${call.region}:${call.account}:log-group:${name}`

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)

export const groupNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', 'The specified log group does not exist.')

/** By name, or by an identifier that is a name or an ARN; throws ResourceNotFoundException. */
export const groupOf = (call: Call, name: string | undefined, identifier?: string): LogGroup => {
  if ((name === undefined) === (identifier === undefined))
    throw invalid('Exactly one of logGroupName and logGroupIdentifier must be specified.')
  const wanted = name ?? identifier ?? ''
  const group = groupTable(call).get(
    wanted.startsWith('arn:') ? wanted.split(':').slice(6).join(':') : wanted,
  )
  if (!group) throw groupNotFound()
  return group
}
