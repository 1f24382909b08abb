import type * as Logs from '@aws-sdk/client-cloudwatch-logs'
import { page } from '../../page.ts'
import type { Call, Service } from '../../service.ts'
import { groupOf, invalid, type LogGroup } from './group.ts'
import { messageTest } from './pattern.ts'
import { appendEvents, byId, eventBytes, eventsOf, type LogEvent, streamOf, streamsOf } from './stream.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BATCH_BYTES = 1_048_576

export const events = {
  /** Events too old or too new are left out and told by index; the rest is kept. */
  PutLogEvents: ({ logGroupName, logStreamName = '', logEvents = [] }, call) => {
    const group = groupOf(call, logGroupName)
    const stream = streamOf(call, group, logStreamName)
    const batch = logEvents.map(({ timestamp = 0, message = '' }) => ({ at: timestamp, message }))
    demandBatch(batch)
    const keptDays = Math.min(14, group.retentionDays ?? 14)
    const oldest = call.now - keptDays * DAY_MS
    const newest = call.now + 2 * HOUR_MS
    const fits = batch.filter(({ at }) => at >= oldest && at <= newest)
    appendEvents(call, stream, fits)
    const tooOld = batch.filter(({ at }) => at < oldest).length
    const tooNew = batch.findIndex(({ at }) => at > newest)
    const old =
      group.retentionDays !== null && group.retentionDays < 14
        ? 'expiredLogEventEndIndex'
        : 'tooOldLogEventEndIndex'
    return {
      nextSequenceToken: String(stream.events + fits.length).padStart(56, '4'),
      ...(fits.length === batch.length
        ? {}
        : {
            rejectedLogEventsInfo: {
              ...(tooOld > 0 ? { [old]: tooOld } : {}),
              ...(tooNew >= 0 ? { tooNewLogEventStartIndex: tooNew } : {}),
            },
          }),
    }
  },

  /** A token names an event: `f/` reads on after it, `b/` back from before it. At an end the token stays the same. */
  GetLogEvents: (input, call) => {
    const group = groupOf(call, input.logGroupName, input.logGroupIdentifier)
    const stream = streamOf(call, group, input.logStreamName ?? '')
    const all = eventsOf(call, group, stream).filter(within(input.startTime, input.endTime))
    const size = Math.min(input.limit ?? 10_000, 10_000)
    const [way, place] = tokenOf(input.nextToken, input.startFromHead ?? false)
    const shown =
      way === 'f'
        ? all.filter(({ id }) => place === null || id > place).slice(0, size)
        : all.filter(({ id }) => place === null || id < place).slice(-size)
    const start = place ?? (way === 'f' ? FIRST : LAST)
    return {
      events: shown.map(({ at, message, ingestedAt }) => ({
        timestamp: at,
        message,
        ingestionTime: ingestedAt,
      })),
      nextForwardToken: `f/${shown.at(-1)?.id ?? (way === 'f' ? start : FIRST)}`,
      nextBackwardToken: `b/${shown.at(0)?.id ?? (way === 'b' ? start : LAST)}`,
    }
  },

  FilterLogEvents: (input, call) => {
    const group = groupOf(call, input.logGroupName, input.logGroupIdentifier)
    if (input.logStreamNames && input.logStreamNamePrefix !== undefined)
      throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive.')
    const matches = messageTest(input.filterPattern)
    const found = namedStreams(call, group, input)
      .flatMap(stream => eventsOf(call, group, stream))
      .filter(within(input.startTime, input.endTime === undefined ? undefined : input.endTime + 1))
      .filter(({ message }) => matches(message))
      .sort(byId)
    const { items, next } = page(found, ({ id }) => id, {
      token: input.nextToken,
      size: Math.min(input.limit ?? 10_000, 10_000),
    })
    return {
      events: items.map(event => ({
        eventId: event.id,
        logStreamName: event.stream,
        timestamp: event.at,
        ingestionTime: event.ingestedAt,
        message: event.message,
      })),
      searchedLogStreams: [],
      nextToken: next,
    }
  },
} satisfies Service<typeof Logs>

const FIRST = '0'.repeat(56)
const LAST = '9'.repeat(56)

const tokenOf = (token: string | undefined, fromHead: boolean): ['f' | 'b', string | null] => {
  if (token === undefined) return [fromHead ? 'f' : 'b', null]
  if (!/^[fb]\/\d{56}$/.test(token)) throw invalid('The specified nextToken is invalid.')
  return [token.startsWith('f') ? 'f' : 'b', token.slice(2)]
}

/** `until` is outside. */
const within =
  (from = 0, until = Number.POSITIVE_INFINITY) =>
  ({ at }: LogEvent): boolean =>
    at >= from && at < until

const namedStreams = (
  call: Call,
  group: LogGroup,
  { logStreamNames, logStreamNamePrefix = '' }: Logs.FilterLogEventsCommandInput,
) =>
  logStreamNames
    ? logStreamNames.map(name => streamOf(call, group, name))
    : streamsOf(call, group.name).filter(({ name }) => name.startsWith(logStreamNamePrefix))

const demandBatch = (batch: readonly { at: number; message: string }[]): void => {
  if (batch.length === 0 || batch.length > 10_000)
    throw invalid('A batch must have between 1 and 10000 log events.')
  if (batch.some(({ message }) => message === '')) throw invalid('Log event message must not be empty.')
  if (batch.some(({ at }, index) => at < (batch[index - 1]?.at ?? 0)))
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.')
  if ((batch.at(-1)?.at ?? 0) - (batch[0]?.at ?? 0) > DAY_MS)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.')
  if (batch.reduce((sum, { message }) => sum + eventBytes(message), 0) > BATCH_BYTES)
    throw invalid('Upload too large: the maximum batch size is 1048576 bytes.')
}
