import { randomUUID } from 'node:crypto'
import type * as SNS from '@aws-sdk/client-sns'
import type { Service } from '../../service.ts'
import { publishMessage } from './delivery.ts'
import { invalid, topicOf } from './topic.ts'

const MESSAGE_BYTES = 262_144

export const publishing = {
  Publish: (input, call) => {
    const topic = topicOf(call, input.TopicArn ?? input.TargetArn)
    const { Message: text = '', Subject: subject } = input
    if (text === '') throw invalid('Empty message')
    if (Buffer.byteLength(text) > MESSAGE_BYTES) throw invalid('Message too long')
    if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid('Subject')
    const id = randomUUID()
    publishMessage(call, {
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
