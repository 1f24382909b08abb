import type { Call } from '../../service.ts'
import { matchesPattern } from '../events/pattern.ts'
import { queueEvent } from '../lambda/asyncQueue.ts'
import { keepMessage, type Message } from './message.ts'
import { type Subscription, subscriptionsOf } from './subscription.ts'

/** Remembers a message and passes it to the functions subscribed to its topic. Other protocols are told nothing here. */
export const publishMessage = (call: Call, message: Message): void => {
  keepMessage(call, message)
  for (const subscription of subscriptionsOf(call, message.topicArn))
    if (subscription.protocol === 'lambda' && subscription.confirmed && passes(subscription, message))
      queueEvent(call, {
        target: subscription.endpoint,
        event: JSON.stringify(lambdaEvent(subscription, message)),
        caller: { principal: 'sns.amazonaws.com', sourceArn: message.topicArn },
      })
}

const passes = ({ attributes }: Subscription, message: Message): boolean => {
  const policy = attributes['FilterPolicy']
  if (!policy) return true
  const looked = attributes['FilterPolicyScope'] === 'MessageBody' ? bodyOf(message) : valuesOf(message)
  return matchesPattern(JSON.parse(policy), looked)
}

const bodyOf = ({ texts }: Message): Record<string, unknown> => {
  try {
    const body: unknown = JSON.parse(texts['default'] ?? '')
    return typeof body === 'object' && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}

const valuesOf = ({ attributes }: Message): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      type === 'Number' ? Number(value) : type === 'String.Array' ? JSON.parse(value) : value,
    ]),
  )

/** What a function gets (Lambda guide, "Using AWS Lambda with Amazon SNS"); nobody here can check a signature. */
const lambdaEvent = (subscription: Subscription, message: Message) => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: {
        Type: 'Notification',
        MessageId: message.id,
        TopicArn: message.topicArn,
        Subject: message.subject,
        Message: message.texts['lambda'] ?? message.texts['default'] ?? '',
        Timestamp: new Date(message.publishedAt).toISOString(),
        SignatureVersion: '1',
        Signature: '',
        SigningCertUrl: '',
        UnsubscribeUrl: '',
        MessageAttributes: Object.fromEntries(
          Object.entries(message.attributes).map(([name, { type, value }]) => [
            name,
            { Type: type, Value: value },
          ]),
        ),
      },
    },
  ],
})
