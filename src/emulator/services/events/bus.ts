import { randomUUID } from 'node:crypto'
import type { Call } from '../../service.ts'
import { queueEvent } from '../lambda/asyncQueue.ts'
import { publishMessage } from '../sns/delivery.ts'
import { topicTable } from '../sns/topic.ts'
import { type Event, keepEvent } from './event.ts'
import { matchesPattern } from './pattern.ts'
import { type Rule, ruleTable } from './rule.ts'
import { targetInput } from './targetInput.ts'

/** An event for the bus `default`. */
export interface NewEvent {
  source: string
  detailType: string
  resources: string[]
  detail: Record<string, unknown>
  /** Epoch milliseconds. */
  at: number
}

/** Remembers an event and passes it to the targets of every enabled rule it fits; the event's id. */
export const publishEvent = (call: Call, of: NewEvent): string => {
  const event = eventOf(call, of)
  keepEvent(call, event)
  for (const rule of ruleTable(call).values())
    if (rule.enabled && rule.pattern !== null && matchesPattern(JSON.parse(rule.pattern), { ...event }))
      passOn(call, rule, event)
  return event.id
}

/** What a rule's schedule sends its targets when its time has come. */
export const publishSchedule = (call: Call, rule: Rule): void =>
  passOn(
    call,
    rule,
    eventOf(call, {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      resources: [rule.arn],
      detail: {},
      at: call.now,
    }),
  )

const eventOf = (call: Call, { source, detailType, resources, detail, at }: NewEvent): Event => ({
  version: '0',
  id: randomUUID(),
  'detail-type': detailType,
  source,
  account: call.account,
  time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
  region: call.region,
  resources,
  detail,
})

/** To functions and topics; targets of other kinds are kept and told nothing here. */
const passOn = (call: Call, rule: Rule, event: Event): void => {
  for (const target of Object.values(rule.targets)) {
    const { Arn: arn = '' } = target
    const input = targetInput(target, event)
    if (arn.includes(':lambda:'))
      queueEvent(call, {
        target: arn,
        event: input,
        caller: { principal: 'events.amazonaws.com', sourceArn: rule.arn },
      })
    else if (topicTable(call).has(arn))
      publishMessage(call, {
        id: randomUUID(),
        topicArn: arn,
        subject: null,
        texts: { default: input },
        attributes: {},
        publishedAt: call.now,
      })
  }
}
