import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge'
import {
  AddPermissionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda'
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { createListener, type Listener } from './listener.ts'

let aws: Running
let lines: string[]
beforeEach(async () => {
  lines = []
  aws = await Running.start(0, undefined, { log: line => lines.push(line) })
})
afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const permit = (name: string, principal: string, sourceArn: string) =>
  aws.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'caller',
      Action: 'lambda:InvokeFunction',
      Principal: principal,
      SourceArn: sourceArn,
    }),
  )

const putRule = async (
  listener: Listener,
  name: string,
  rule: Partial<PutRuleCommandInput>,
  target: Partial<Target> = {},
) => {
  const events = aws.client(EventBridgeClient)
  const { RuleArn = '' } = await events.send(new PutRuleCommand({ Name: name, ...rule }))
  await events.send(
    new PutTargetsCommand({ Rule: name, Targets: [{ Id: 'it', Arn: listener.arn, ...target }] }),
  )
  await permit(listener.arn.split(':').at(-1) ?? '', 'events.amazonaws.com', RuleArn)
  return RuleArn
}

const putEvent = (type: string, detail: object) =>
  aws.client(EventBridgeClient).send(
    new PutEventsCommand({
      Entries: [{ Source: 'my.app', DetailType: type, Detail: JSON.stringify(detail) }],
    }),
  )

test('a rule passes on what fits its pattern, and nothing else', async () => {
  const listener = await createListener(aws, 'rules')
  await putRule(listener, 'ended', {
    EventPattern: JSON.stringify({ source: ['my.app'], detail: { state: ['ended'] } }),
  })
  await putEvent('Change', { state: 'begun' })
  await putEvent('Change', { state: 'ended', code: 3 })
  const heard = await listener.heard(1)
  expect(heard).toMatchObject([
    { version: '0', source: 'my.app', 'detail-type': 'Change', detail: { state: 'ended', code: 3 } },
  ])
})

test.each([
  ['a text', { Input: '{"fixed":true}' }, { fixed: true }],
  ['a part', { InputPath: '$.detail.list[1]' }, { b: 2 }],
  [
    'a template',
    {
      InputTransformer: {
        InputPathsMap: { type: "$['detail-type']", second: '$.detail.list[1]' },
        InputTemplate: '{"text":"it is <type>","value":<second>}',
      },
    },
    { text: 'it is Change', value: { b: 2 } },
  ],
])('a target may be told %s of the event', async (_, target, told) => {
  const listener = await createListener(aws, 'shaped')
  await putRule(listener, 'all', { EventPattern: '{"source":["my.app"]}' }, target)
  await putEvent('Change', { list: [{ a: 1 }, { b: 2 }] })
  expect(await listener.heard(1)).toEqual([told])
})

test('a schedule fires when its time has come, and again', async () => {
  const listener = await createListener(aws, 'swept')
  const arn = await putRule(listener, 'sweep', { ScheduleExpression: 'rate(5 minutes)' })
  aws.advance(299)
  expect(await listener.heard(0)).toEqual([])
  aws.advance(1)
  await listener.heard(1)
  aws.advance(300)
  expect(await listener.heard(2)).toMatchObject([
    { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [arn], detail: {} },
    { source: 'aws.events' },
  ])
})

test('a schedule by pace fires without anybody moving the clock', async () => {
  const quick = await Running.live({ pace: 60 })
  const listener = await createListener(quick, 'quick')
  const events = quick.client(EventBridgeClient)
  const { RuleArn } = await events.send(
    new PutRuleCommand({ Name: 'sweep', ScheduleExpression: 'rate(1 minute)' }),
  )
  await events.send(new PutTargetsCommand({ Rule: 'sweep', Targets: [{ Id: 'it', Arn: listener.arn }] }))
  await quick.client(LambdaClient).send(
    new AddPermissionCommand({
      FunctionName: 'quick',
      StatementId: 'rule',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: RuleArn,
    }),
  )
  await listener.heard(2)
  await quick.stop()
  expect(quick.faults).toEqual([])
})

test('a function that fails gets its event again, until it takes it', async () => {
  const listener = await createListener(aws, 'shaky', 2)
  await aws
    .client(LambdaClient)
    .send(
      new InvokeCommand({ FunctionName: 'shaky', InvocationType: 'Event', Payload: Buffer.from('{"n":1}') }),
    )
  expect(await listener.heardWithTime(3)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
  expect(lines).toEqual([])
})

test('an event nobody may deliver waits for the permission', async () => {
  const listener = await createListener(aws, 'shy')
  const sns = aws.client(SNSClient)
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'news' }))
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: listener.arn }))
  await sns.send(new PublishCommand({ TopicArn, Message: 'hello', Subject: 'hi' }))
  expect(await listener.heard(0)).toEqual([])
  await permit('shy', 'sns.amazonaws.com', TopicArn)
  expect(await listener.heardWithTime(1)).toMatchObject([
    { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello', Subject: 'hi', TopicArn } }] },
  ])
})

test('a subscription with a filter hears what passes it', async () => {
  const listener = await createListener(aws, 'picky')
  const sns = aws.client(SNSClient)
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'news' }))
  await permit('picky', 'sns.amazonaws.com', TopicArn)
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'lambda',
      Endpoint: listener.arn,
      Attributes: { FilterPolicy: '{"kind":["a"]}' },
    }),
  )
  for (const kind of ['b', 'a'])
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: kind,
        MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
      }),
    )
  expect(await listener.heard(1)).toMatchObject([{ Records: [{ Sns: { Message: 'a' } }] }])
})

test('what was queued is delivered after a restart', async () => {
  const listener = await createListener(aws, 'late')
  const lambda = aws.client(LambdaClient)
  // Nothing of it may run, so the event has to wait.
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'late', ReservedConcurrentExecutions: 0 }),
  )
  await lambda.send(
    new InvokeCommand({ FunctionName: 'late', InvocationType: 'Event', Payload: Buffer.from('{"n":2}') }),
  )
  await aws.restart()
  await aws
    .client(LambdaClient)
    .send(new PutFunctionConcurrencyCommand({ FunctionName: 'late', ReservedConcurrentExecutions: 1 }))
  expect(await listener.heardWithTime(1)).toEqual([{ n: 2 }])
})

test('an event for a function that is gone is given up, and said so', async () => {
  const listener = await createListener(aws, 'here')
  await putRule(
    listener,
    'all',
    { EventPattern: '{"source":["my.app"]}' },
    { Arn: listener.arn.replace(/here$/, 'gone') },
  )
  await putEvent('Change', {})
  await expect.poll(() => lines).toEqual([expect.stringMatching(/^gone .+given up$/)])
})
