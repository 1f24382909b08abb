import { beforeEach, describe, expect, test } from 'vitest'
import { messageTable } from '../../../src/emulator/services/sns/message.ts'
import { sns } from '../../../src/emulator/services/sns.ts'
import { type Asked, World } from '../call.ts'

let world: World
let ask: Asked<typeof sns>

beforeEach(() => {
  world = new World()
  ask = world.ask(sns, 'sns')
})

const ARN = 'arn:aws:sns:us-east-1:000000000000:idle'
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:monitor'
const tag = (Value: string) => ({ Key: 'app', Value })

describe('topics', () => {
  test('are made once for the same tags, and refuse others', async () => {
    expect(await ask.CreateTopic({ Name: 'idle', Tags: [tag('a')] })).toEqual({ TopicArn: ARN })
    expect(await ask.CreateTopic({ Name: 'idle', Tags: [tag('a')] })).toEqual({ TopicArn: ARN })
    await expect(ask.CreateTopic({ Name: 'idle', Tags: [tag('b')] })).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining('Topic already exists with different tags'),
    })
    await expect(
      ask.CreateTopic({ Name: 'idle', Tags: [tag('a')], Attributes: { DisplayName: 'x' } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('different attributes') })
    expect((await ask.ListTagsForResource({ ResourceArn: ARN })).Tags).toEqual([tag('a')])
    expect((await ask.ListTopics({})).Topics).toEqual([{ TopicArn: ARN }])
  })

  test('have the default policy until they are given one', async () => {
    await ask.CreateTopic({ Name: 'idle' })
    const attributes = async () => (await ask.GetTopicAttributes({ TopicArn: ARN })).Attributes
    expect(JSON.parse((await attributes())?.Policy ?? '')).toMatchObject({ Id: '__default_policy_ID' })
    expect(await attributes()).toMatchObject({
      DisplayName: '',
      SubscriptionsConfirmed: '0',
      Owner: '000000000000',
    })
    await ask.SetTopicAttributes({ TopicArn: ARN, AttributeName: 'DisplayName', AttributeValue: 'Idle' })
    expect(await attributes()).toMatchObject({ DisplayName: 'Idle' })
    await expect(
      ask.SetTopicAttributes({ TopicArn: ARN, AttributeName: 'Policy', AttributeValue: 'no json' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' })
    await expect(
      ask.SetTopicAttributes({ TopicArn: ARN, AttributeName: 'Colour', AttributeValue: 'red' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' })
  })

  test('are deleted calmly, with their subscriptions', async () => {
    await ask.CreateTopic({ Name: 'idle' })
    await ask.Subscribe({ TopicArn: ARN, Protocol: 'lambda', Endpoint: LAMBDA })
    await ask.DeleteTopic({ TopicArn: ARN })
    await ask.DeleteTopic({ TopicArn: ARN })
    expect((await ask.ListSubscriptions({})).Subscriptions).toEqual([])
    await expect(ask.GetTopicAttributes({ TopicArn: ARN })).rejects.toMatchObject({
      code: 'NotFoundException',
    })
    await expect(ask.ListTagsForResource({ ResourceArn: ARN })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    await expect(ask.DeleteTopic({ TopicArn: 'idle' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })

  test('with a name SNS does not take are refused', async () => {
    await expect(ask.CreateTopic({ Name: 'a b' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await expect(ask.CreateTopic({ Name: 'a.fifo' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })
})

describe('subscriptions', () => {
  beforeEach(async () => {
    await ask.CreateTopic({ Name: 'idle' })
  })

  const lambda = { TopicArn: ARN, Protocol: 'lambda', Endpoint: LAMBDA }

  test('of a Lambda stand at once, and once', async () => {
    const first = await ask.Subscribe(lambda)
    expect(first.SubscriptionArn).toMatch(/^arn:aws:sns:us-east-1:000000000000:idle:[0-9a-f-]{36}$/)
    expect(await ask.Subscribe(lambda)).toEqual(first)
    await expect(
      ask.Subscribe({ ...lambda, Attributes: { RawMessageDelivery: 'true' } }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    expect((await ask.ListSubscriptionsByTopic({ TopicArn: ARN })).Subscriptions).toEqual([
      {
        SubscriptionArn: first.SubscriptionArn,
        TopicArn: ARN,
        Protocol: 'lambda',
        Endpoint: LAMBDA,
        Owner: '000000000000',
      },
    ])
    await ask.Unsubscribe({ SubscriptionArn: first.SubscriptionArn })
    await ask.Unsubscribe({ SubscriptionArn: first.SubscriptionArn })
    expect((await ask.ListSubscriptionsByTopic({ TopicArn: ARN })).Subscriptions).toEqual([])
  })

  test('by e-mail wait for their confirmation and cannot be taken back meanwhile', async () => {
    const mail = { TopicArn: ARN, Protocol: 'email', Endpoint: 'me@example.com' }
    expect(await ask.Subscribe(mail)).toEqual({ SubscriptionArn: 'pending confirmation' })
    const { Subscriptions } = await ask.ListSubscriptionsByTopic({ TopicArn: ARN })
    expect(Subscriptions?.[0]?.SubscriptionArn).toBe('PendingConfirmation')
    await expect(ask.Unsubscribe({ SubscriptionArn: 'PendingConfirmation' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    const { SubscriptionArn } = await ask.Subscribe({ ...mail, ReturnSubscriptionArn: true })
    const { Attributes } = await ask.GetSubscriptionAttributes({ SubscriptionArn })
    expect(Attributes).toMatchObject({ PendingConfirmation: 'true', Endpoint: 'me@example.com' })
    expect((await ask.GetTopicAttributes({ TopicArn: ARN })).Attributes).toMatchObject({
      SubscriptionsPending: '1',
    })
  })

  test.each([
    ['carrier-pigeon', 'roof'],
    ['lambda', 'monitor'],
    ['email', 'nobody'],
    ['https', 'http://example.com'],
  ])('%s to %s is refused', async (Protocol, Endpoint) => {
    await expect(ask.Subscribe({ TopicArn: ARN, Protocol, Endpoint })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
  })

  test('attributes are set one by one', async () => {
    const { SubscriptionArn } = await ask.Subscribe(lambda)
    const set = (AttributeName: string, AttributeValue: string) =>
      ask.SetSubscriptionAttributes({ SubscriptionArn, AttributeName, AttributeValue })
    await set('FilterPolicy', '{"a":["b"]}')
    await expect(set('FilterPolicy', '{')).rejects.toMatchObject({ code: 'InvalidParameterException' })
    const { Attributes } = await ask.GetSubscriptionAttributes({ SubscriptionArn })
    expect(Attributes).toMatchObject({ FilterPolicy: '{"a":["b"]}', RawMessageDelivery: 'false' })
  })
})

describe('publishing', () => {
  test('keeps the message for its subscribers', async () => {
    await ask.CreateTopic({ Name: 'idle' })
    const { MessageId } = await ask.Publish({
      TopicArn: ARN,
      Message: '{"default":"all","lambda":"you"}',
      MessageStructure: 'json',
      Subject: 'Idle',
    })
    expect(messageTable(world.call('sns')).values()).toMatchObject([
      { id: MessageId, topicArn: ARN, subject: 'Idle', texts: { default: 'all', lambda: 'you' } },
    ])
  })

  test('refuses nothing, no topic, and JSON without a default', async () => {
    await ask.CreateTopic({ Name: 'idle' })
    await expect(ask.Publish({ TopicArn: ARN, Message: '' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    })
    await expect(ask.Publish({ TopicArn: `${ARN}x`, Message: 'a' })).rejects.toMatchObject({
      code: 'NotFoundException',
    })
    await expect(
      ask.Publish({ TopicArn: ARN, Message: '{"lambda":"a"}', MessageStructure: 'json' }),
    ).rejects.toMatchObject({ message: expect.stringContaining('No default entry') })
  })
})
