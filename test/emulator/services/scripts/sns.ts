import * as SNS from '@aws-sdk/client-sns'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:monitor'

export const snsScript = async (connect: Connect): Promise<Outcome[]> => {
  const sns = connect(SNS.SNSClient)
  const script = new Script()
  const create = (Value: string) =>
    sns.send(new SNS.CreateTopicCommand({ Name: 'same', Tags: [{ Key: 'app', Value }] }))
  const TopicArn = (
    await script.step(
      'create',
      () => create('a'),
      ({ TopicArn }) => TopicArn,
    )
  )?.TopicArn
  await script.step(
    'create again',
    () => create('a'),
    ({ TopicArn }) => TopicArn,
  )
  await script.step('create with other tags', () => create('b'))
  await script.step('bad name', () => sns.send(new SNS.CreateTopicCommand({ Name: 'a b' })))
  await script.step(
    'attributes',
    () => sns.send(new SNS.GetTopicAttributesCommand({ TopicArn })),
    ({ Attributes }) => {
      const {
        Policy = '{}',
        DisplayName,
        Owner,
        SubscriptionsConfirmed,
        SubscriptionsPending,
        SubscriptionsDeleted,
      } = Attributes ?? {}
      return {
        Policy: JSON.parse(Policy),
        DisplayName,
        Owner,
        SubscriptionsConfirmed,
        SubscriptionsPending,
        SubscriptionsDeleted,
      }
    },
  )
  await script.step('of no topic', () =>
    sns.send(new SNS.GetTopicAttributesCommand({ TopicArn: `${TopicArn}x` })),
  )
  const subscribe = () =>
    sns.send(new SNS.SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: LAMBDA }))
  const SubscriptionArn = (
    await script.step('subscribe', subscribe, ({ SubscriptionArn }) => SubscriptionArn?.slice(0, 40))
  )?.SubscriptionArn
  await script.step('subscribe again', subscribe, again => again.SubscriptionArn === SubscriptionArn)
  await script.step('subscribe to none', () =>
    sns.send(new SNS.SubscribeCommand({ TopicArn: `${TopicArn}x`, Protocol: 'lambda', Endpoint: LAMBDA })),
  )
  await script.step(
    'subscriptions',
    () => sns.send(new SNS.ListSubscriptionsByTopicCommand({ TopicArn })),
    ({ Subscriptions }) => Subscriptions?.map(({ Protocol, Endpoint }) => [Protocol, Endpoint]),
  )
  await script.step('odd protocol', () =>
    sns.send(new SNS.SubscribeCommand({ TopicArn, Protocol: 'pigeon', Endpoint: 'x' })),
  )
  await script.step('raw', () =>
    sns.send(
      new SNS.SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'RawMessageDelivery',
        AttributeValue: 'true',
      }),
    ),
  )
  await script.step('odd attribute', () =>
    sns.send(
      new SNS.SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'Colour',
        AttributeValue: 'red',
      }),
    ),
  )
  await script.step(
    'subscription',
    () => sns.send(new SNS.GetSubscriptionAttributesCommand({ SubscriptionArn })),
    ({ Attributes }) => [
      Attributes?.RawMessageDelivery,
      Attributes?.PendingConfirmation,
      Attributes?.Protocol,
    ],
  )
  await script.step('publish', () =>
    sns.send(new SNS.PublishCommand({ TopicArn: `${TopicArn}x`, Message: 'x' })),
  )
  await script.step('publish no default', () =>
    sns.send(new SNS.PublishCommand({ TopicArn, Message: 'x', MessageStructure: 'json' })),
  )
  await script.step('unsubscribe', () => sns.send(new SNS.UnsubscribeCommand({ SubscriptionArn })))
  await script.step('unsubscribed', () =>
    sns.send(new SNS.GetSubscriptionAttributesCommand({ SubscriptionArn })),
  )
  await script.step('tags of none', () =>
    sns.send(new SNS.ListTagsForResourceCommand({ ResourceArn: `${TopicArn}x` })),
  )
  await script.step('delete', () => sns.send(new SNS.DeleteTopicCommand({ TopicArn })))
  await script.step('delete again', () => sns.send(new SNS.DeleteTopicCommand({ TopicArn })))
  return script.outcomes
}

/** Where moto answers otherwise than AWS says it does. */
export const snsMotoErrs: Errs = {
  'create with other tags': {
    moto: 'done',
    because: 'CreateTopic: a topic that exists with other tags is InvalidParameter',
  },
  'odd protocol': { moto: 'done', because: 'Subscribe: supported protocols' },
}
