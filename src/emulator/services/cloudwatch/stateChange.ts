import { randomUUID } from 'node:crypto'
import type { Call } from '../../service.ts'
import { publishEvent } from '../events/bus.ts'
import { queueEvent } from '../lambda/asyncQueue.ts'
import { publishMessage } from '../sns/delivery.ts'
import { topicTable } from '../sns/topic.ts'
import { type Alarm, type AlarmState, enterState, remember } from './alarm.ts'
import { actionEvent, alarmMessage, alarmSubject, stateChangeDetail } from './stateMessages.ts'

/** Gives an alarm another state, tells EventBridge, and carries out the state's actions; the same state again does nothing. */
export const changeState = (
  call: Call,
  alarm: Alarm,
  to: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>,
): void => {
  const now = enterState(call, alarm, to)
  if (now.state.value === alarm.state.value) return
  publishEvent(call, {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    at: call.now,
    detail: stateChangeDetail(now, alarm.state),
  })
  if (alarm.definition.ActionsEnabled ?? true)
    for (const action of actionsFor(now)) carryOut(call, now, alarm.state, action)
}

const actionsFor = ({ definition, state }: Alarm): readonly string[] => {
  if (state.value === 'ALARM') return definition.AlarmActions ?? []
  return (state.value === 'OK' ? definition.OKActions : definition.InsufficientDataActions) ?? []
}

/** CloudWatch does not ask whether the target is there: a failed action is seen in the alarm's history only. */
const carryOut = (call: Call, alarm: Alarm, from: AlarmState, action: string): void => {
  const done = act(call, alarm, from, action)
  remember(call, {
    alarm: alarm.name,
    type: 'Action',
    summary: `${done ? 'Successfully executed' : 'Failed to execute'} action ${action}`,
    data: JSON.stringify({
      actionState: done ? 'Succeeded' : 'Failed',
      notificationResource: action,
      stateUpdateTimestamp: alarm.state.changedAt,
    }),
  })
}

const act = (call: Call, alarm: Alarm, from: AlarmState, action: string): boolean => {
  if (action.includes(':lambda:')) {
    queueEvent(call, {
      target: action,
      event: JSON.stringify(actionEvent(call, alarm, from)),
      caller: { principal: 'lambda.alarms.cloudwatch.amazonaws.com', sourceArn: alarm.arn },
    })
    return true
  }
  if (!topicTable(call).has(action)) return false
  publishMessage(call, {
    id: randomUUID(),
    topicArn: action,
    subject: alarmSubject(call, alarm),
    texts: { default: JSON.stringify(alarmMessage(call, alarm, from)) },
    attributes: {},
    publishedAt: call.now,
  })
  return true
}
