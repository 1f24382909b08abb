import * as Events from '@aws-sdk/client-eventbridge'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:monitor'

export const eventsScript = async (connect: Connect): Promise<Outcome[]> => {
  const events = connect(Events.EventBridgeClient)
  const script = new Script()
  const put = (over: object) => events.send(new Events.PutRuleCommand({ Name: 'same', ...over }))
  const describeRule = () => events.send(new Events.DescribeRuleCommand({ Name: 'same' }))
  await script.step(
    'put',
    () =>
      put({ ScheduleExpression: 'rate(5 minutes)', Description: 'd', Tags: [{ Key: 'app', Value: 'a' }] }),
    ({ RuleArn }) => RuleArn,
  )
  await script.step('neither', () => put({}))
  await script.step('odd pattern', () => put({ EventPattern: '{' }))
  await script.step('put other', () => put({ EventPattern: '{"source":["aws.ecs"]}', State: 'DISABLED' }))
  await script.step(
    'described',
    describeRule,
    ({ Name, Arn, Description, EventPattern, ScheduleExpression, State, EventBusName }) => ({
      Name,
      Arn,
      Description,
      EventPattern,
      ScheduleExpression,
      State,
      EventBusName,
    }),
  )
  await script.step('enable', () => events.send(new Events.EnableRuleCommand({ Name: 'same' })))
  await script.step('enabled', describeRule, ({ State }) => State)
  await script.step('enable none', () => events.send(new Events.EnableRuleCommand({ Name: 'none' })))
  await script.step('describe none', () => events.send(new Events.DescribeRuleCommand({ Name: 'none' })))
  const target = (Arn: string) =>
    events.send(new Events.PutTargetsCommand({ Rule: 'same', Targets: [{ Id: 't', Arn, Input: '{"a":1}' }] }))
  await script.step(
    'target',
    () => target(LAMBDA),
    ({ FailedEntryCount, FailedEntries }) => [FailedEntryCount, FailedEntries],
  )
  await script.step('odd target', () => target('monitor'))
  await script.step(
    'targets',
    () => events.send(new Events.ListTargetsByRuleCommand({ Rule: 'same' })),
    ({ Targets }) => Targets,
  )
  await script.step('targets of none', () =>
    events.send(new Events.PutTargetsCommand({ Rule: 'none', Targets: [{ Id: 't', Arn: LAMBDA }] })),
  )
  await script.step(
    'by target',
    () => events.send(new Events.ListRuleNamesByTargetCommand({ TargetArn: LAMBDA })),
    ({ RuleNames }) => RuleNames,
  )
  await script.step('delete with target', () => events.send(new Events.DeleteRuleCommand({ Name: 'same' })))
  await script.step(
    'remove',
    () => events.send(new Events.RemoveTargetsCommand({ Rule: 'same', Ids: ['t', 'none'] })),
    ({ FailedEntryCount }) => FailedEntryCount,
  )
  await script.step(
    'publish',
    () =>
      events.send(
        new Events.PutEventsCommand({
          Entries: [
            { Source: 'a', DetailType: 't', Detail: '{}' },
            { DetailType: 't', Detail: '{}' },
            { Source: 'a', DetailType: 't', Detail: '{' },
          ],
        }),
      ),
    ({ FailedEntryCount, Entries }) => [FailedEntryCount, Entries?.map(({ ErrorCode }) => ErrorCode)],
  )
  await script.step('delete', () => events.send(new Events.DeleteRuleCommand({ Name: 'same' })))
  await script.step('delete again', () => events.send(new Events.DeleteRuleCommand({ Name: 'same' })))
  return script.outcomes
}

/** Where moto answers otherwise than AWS says it does. */
export const eventsMotoErrs: Errs = {}
