import { randomUUID } from 'node:crypto'
import type * as SNS from '@aws-sdk/client-sns'
import type { Call, Service, Table } from '../../service.ts'
import { invalid, topicOf } from './topic.ts'

/** A row of `messages`, keyed by id: published, for subscribers to be told. Time in epoch milliseconds. */
export interface Message {
  id: string
  topicArn: string
  subject: string | null
  /** What each protocol is told; `default` is for those not named. */
  texts: Record<string, string>
  attributes: Record<string, { type: string; value: string }>
  publishedAt: number
}

const MESSAGE_BYTES = 262_144

/** How many messages are remembered; older ones have long been told. */
const REMEMBERED = 1_000

export const messageTable = (call: Call): Table<Message> =>
  call.table<Message>('messages', { service: 'sns' })

export const publishing = {
  Publish: (input, call) => {
    const topic = topicOf(call, input.TopicArn ?? input.TargetArn)
    const { Message: text = '', Subject: subject } = input
    if (text === '') throw invalid('Empty message')
    if (Buffer.byteLength(text) > MESSAGE_BYTES) throw invalid('Message too long')
    if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid('Subject')
    const id = randomUUID()
    keep(call, {
      id,
      topicArn: topic.arn,
      subject: subject ?? null,
      texts: input.MessageStructure === 'json' ? textsOf(text) : { default: text },
      attributes: Object.fromEntries(
        Object.entries(input.MessageAttributes ?? {}).map(([name, { DataType = '', StringValue = '' }]) => [
          name,
          { type: DataType, value: StringValue },
        ]),
      ),
      publishedAt: call.now,
    })
    return { MessageId: id }
  },
} satisfies Service<typeof SNS>

const keep = (call: Call, message: Message): void => {
  const table = messageTable(call)
  table.set(message.id, message)
  const oldest = table
    .values()
    .sort((a, b) => b.publishedAt - a.publishedAt)
    .slice(REMEMBERED)
  for (const { id } of oldest) table.delete(id)
}

/** `MessageStructure: json`: one text for each protocol. */
const textsOf = (text: string): Record<string, string> => {
  const fault = (reason: string) => invalid('Message Structure', reason)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw fault('JSON message body failed to parse')
  }
  if (typeof parsed !== 'object' || parsed === null) throw fault('JSON message body failed to parse')
  const texts = Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
  if (texts.default === undefined) throw fault('No default entry in JSON message body')
  return texts
}
