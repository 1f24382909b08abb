import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import { page } from '../../page.ts'
import { AwsError, type Service } from '../../service.ts'
import { groupOf, invalid } from './group.ts'
import { dropStream, findStream, type LogStream, newStream, streamOf, streamsOf } from './stream.ts'

export const streams = {
  CreateLogStream: ({ logGroupName, logStreamName = '' }, call) => {
    const group = groupOf(call, logGroupName)
    if (!/^[^:*]{1,512}$/.test(logStreamName))
      throw invalid(
        `1 validation error detected: Value '${logStreamName}' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*`,
      )
    if (findStream(call, group.name, logStreamName))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists')
    newStream(call, group.name, logStreamName)
    return {}
  },

  DescribeLogStreams: (input, call) => {
    const group = groupOf(call, input.logGroupName, input.logGroupIdentifier)
    const byTime = input.orderBy === 'LastEventTime'
    if (byTime && input.logStreamNamePrefix !== undefined)
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.')
    const found = streamsOf(call, group.name).filter(({ name }) =>
      name.startsWith(input.logStreamNamePrefix ?? ''),
    )
    const keyOf = ({ name, lastEventAt }: LogStream): string =>
      byTime ? `${String(lastEventAt ?? 0).padStart(20, '0')} ${name}` : name
    const { items, next } = page(found, keyOf, {
      token: input.nextToken,
      size: Math.min(input.limit ?? 50, 50),
      descending: input.descending ?? false,
    })
    return { logStreams: items.map(shown), nextToken: next }
  },

  DeleteLogStream: ({ logGroupName, logStreamName = '' }, call) => {
    dropStream(call, streamOf(call, groupOf(call, logGroupName), logStreamName))
    return {}
  },
} satisfies Service<typeof Logs>

/** AWS no longer counts the bytes of single streams. */
const shown = (stream: LogStream): Logs.LogStream => ({
  logStreamName: stream.name,
  arn: stream.arn,
  creationTime: stream.createdAt,
  firstEventTimestamp: stream.firstEventAt ?? undefined,
  lastEventTimestamp: stream.lastEventAt ?? undefined,
  lastIngestionTime: stream.ingestedAt ?? undefined,
  uploadSequenceToken: String(stream.events).padStart(56, '4'),
  storedBytes: 0,
})
