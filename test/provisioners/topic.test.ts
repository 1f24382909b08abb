import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { expect, test } from 'vitest'
import { topic } from '../../src/provisioners/topic.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'
import { topicSample } from './samples/topic.ts'

test('an e-mail address that somebody added and nobody confirmed is no drift: SNS lets nobody take it away', () =>
  onFreshAws(async aws => {
    const { name, props } = await topicSample.prepare(aws)
    await topic.create(aws, name, props, {}, making())
    const read = async () => {
      const live = await topic.read(aws, name)
      if (live === undefined) throw new Error('the topic is not there')
      return live
    }
    const { out } = await read()
    const Endpoint = 'me@example.com'
    await aws.client(SNSClient).send(new SubscribeCommand({ TopicArn: out.arn, Protocol: 'email', Endpoint }))
    const { subscriptions } = topic.change
    if (typeof subscriptions === 'function') await subscriptions(aws, await read(), props, making())
    expect((await read()).props.subscriptions).toEqual(props.subscriptions)
  }))
