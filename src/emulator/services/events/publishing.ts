import type * as EventBridge from '@aws-sdk/client-eventbridge'
import { AwsError, type Call, type Service } from '../../service.ts'
import { publishEvent } from './bus.ts'
import { matchesPattern, patternFault } from './pattern.ts'
import { demandBus, invalid } from './rule.ts'

export const publishing = {
  /** 200 with `FailedEntryCount`: an entry that is wrong fails alone. */
  PutEvents: ({ Entries = [] }, call) => {
    if (Entries.length === 0 || Entries.length > 10)
      throw invalid(
        "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
      )
    const outcomes = Entries.map(entry => put(call, entry))
    return {
      FailedEntryCount: outcomes.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: outcomes,
    }
  },

  TestEventPattern: ({ EventPattern = '', Event = '' }) => {
    const fault = patternFault(EventPattern)
    if (fault !== undefined)
      throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${fault}`)
    const event = objectIn(Event)
    const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'].find(
      member => event?.[member] === undefined,
    )
    if (!event || missing !== undefined)
      throw invalid(`Parameter Event is not valid. Reason: ${missing ?? 'JSON'} is required.`)
    return { Result: matchesPattern(JSON.parse(EventPattern), event) }
  },
} satisfies Service<typeof EventBridge>

const put = (call: Call, entry: EventBridge.PutEventsRequestEntry): EventBridge.PutEventsResultEntry => {
  demandBus(entry.EventBusName)
  const { Source, DetailType, Detail } = entry
  for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
    if (!value)
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      }
  if (Source?.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSource', ErrorMessage: 'Not authorized for the source.' }
  const detail = objectIn(Detail ?? '')
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
  const id = publishEvent(call, {
    source: Source ?? '',
    detailType: DetailType ?? '',
    resources: entry.Resources ?? [],
    detail,
    at: entry.Time?.getTime() ?? call.now,
  })
  return { EventId: id }
}

const objectIn = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
