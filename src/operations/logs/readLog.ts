import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs'
import { isAwsError } from '../../awsError.ts'
import type { Backend, Doors } from '../backend.ts'
import type { LogEvent } from './logEvent.ts'

export type LogName = keyof Backend['logGroups']
export const LOG_NAMES = ['task', 'manager', 'monitor'] as const satisfies LogName[]

/**
 * Lines of one of the stack's logs since a moment, the oldest first; null when there is no such log. A long one has many
 * pages: rejects as soon as `signal` aborts.
 */
export const readLog = async (
  { aws, signal }: Pick<Doors, 'aws' | 'signal'>,
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
        { abortSignal: signal },
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
