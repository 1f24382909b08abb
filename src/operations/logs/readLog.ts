import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { isAwsError } from '../../awsError.ts'
import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import type { LogEvent } from './logEvent.ts'

export type LogName = keyof Backend['logGroups']
export const LOG_NAMES = ['task', 'manager', 'monitor'] as const satisfies LogName[]

/** Lines of one of the stack's logs since a moment, the oldest first; null when there is no such log. */
export const readLog = async (
  aws: Aws,
  { logGroups }: Backend,
  name: LogName,
  sinceMs: number,
): Promise<LogEvent[] | null> => {
  const events: LogEvent[] = []
  let token: string | undefined
  try {
    do {
      const page: FilterLogEventsCommandOutput = await aws.client(CloudWatchLogsClient).send(
        new FilterLogEventsCommand({
          logGroupName: logGroups[name],
          startTime: sinceMs,
          ...(token === undefined ? {} : { nextToken: token }),
        }),
      )
      for (const { eventId = '', timestamp = 0, logStreamName = '', message = '' } of page.events ?? [])
        events.push({
          id: eventId,
          atMs: timestamp,
          source: name === 'task' ? containerOf(logStreamName) : name,
          stream: logStreamName,
          message: message.replace(/\n$/, ''),
        })
      token = page.nextToken
    } while (token !== undefined)
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return null
    throw error
  }
  return events
}

/** The awslogs driver names a stream `prefix/container/task`. */
const containerOf = (stream: string): string => stream.split('/')[1] ?? 'task'
