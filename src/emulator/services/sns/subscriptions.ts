import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type * as SNS from '@aws-sdk/client-sns'
import { page } from '../../page.ts'
import type { Call, Service } from '../../service.ts'
import {
  demandSubscriptionArn,
  demandSubscriptionAttribute,
  mustConfirm,
  type Subscription,
  subscriptionOf,
  subscriptionsOf,
  subscriptionTable,
} from './subscription.ts'
import { invalid, topicOf } from './topic.ts'

export const subscriptions = {
  /** The same topic, protocol and endpoint give the same subscription. */
  Subscribe: ({ TopicArn, Protocol = '', Endpoint = '', Attributes = {}, ReturnSubscriptionArn }, call) => {
    const topic = topicOf(call, TopicArn)
    const confirmed = !mustConfirm(Protocol, Endpoint)
    for (const [name, value] of Object.entries(Attributes)) demandSubscriptionAttribute(name, value)
    const held = subscriptionsOf(call, topic.arn).find(
      ({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint,
    )
    if (held && !isDeepStrictEqual(held.attributes, { ...held.attributes, ...Attributes }))
      throw invalid('Attributes', 'Subscription already exists with different attributes')
    const subscription: Subscription = held ?? {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol: Protocol,
      endpoint: Endpoint,
      confirmed,
      attributes: Attributes,
    }
    subscriptionTable(call).set(subscription.arn, subscription)
    const told = subscription.confirmed || ReturnSubscriptionArn
    return { SubscriptionArn: told ? subscription.arn : 'pending confirmation' }
  },

  /** Calm when it is already gone. One that waits for its confirmation cannot be taken back. */
  Unsubscribe: ({ SubscriptionArn = '' }, call) => {
    demandSubscriptionArn(SubscriptionArn)
    if (subscriptionTable(call).get(SubscriptionArn)?.confirmed === false)
      throw invalid('SubscriptionArn', 'The subscription is pending confirmation')
    subscriptionTable(call).delete(SubscriptionArn)
    return {}
  },

  GetSubscriptionAttributes: ({ SubscriptionArn }, call) => {
    const row = subscriptionOf(call, SubscriptionArn)
    return {
      Attributes: {
        SubscriptionArn: row.arn,
        TopicArn: row.topicArn,
        Protocol: row.protocol,
        Endpoint: row.endpoint,
        Owner: call.account,
        SubscriptionPrincipal: `arn:aws:iam::${call.account}:user/local`,
        ConfirmationWasAuthenticated: String(row.confirmed),
        PendingConfirmation: String(!row.confirmed),
        RawMessageDelivery: 'false',
        ...row.attributes,
      },
    }
  },

  SetSubscriptionAttributes: ({ SubscriptionArn, AttributeName = '', AttributeValue = '' }, call) => {
    const row = subscriptionOf(call, SubscriptionArn)
    demandSubscriptionAttribute(AttributeName, AttributeValue)
    const { [AttributeName]: _, ...others } = row.attributes
    subscriptionTable(call).set(row.arn, {
      ...row,
      attributes: AttributeValue === '' ? others : { ...others, [AttributeName]: AttributeValue },
    })
    return {}
  },

  ListSubscriptions: ({ NextToken }, call) => listed(call, subscriptionTable(call).values(), NextToken),

  ListSubscriptionsByTopic: ({ TopicArn, NextToken }, call) =>
    listed(call, subscriptionsOf(call, topicOf(call, TopicArn).arn), NextToken),
} satisfies Service<typeof SNS>

const listed = (call: Call, rows: readonly Subscription[], token: string | undefined) => {
  const { items, next } = page(rows, ({ arn }) => arn, { token, size: 100 })
  return {
    Subscriptions: items.map(row => ({
      SubscriptionArn: row.confirmed ? row.arn : 'PendingConfirmation',
      TopicArn: row.topicArn,
      Protocol: row.protocol,
      Endpoint: row.endpoint,
      Owner: call.account,
    })),
    NextToken: next,
  }
}
