import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type PutRuleRequest,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge'
import { NotYet } from '../errors.ts'
import type { Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf, nameInArn } from './kit/arn.ts'
import { byJson } from './kit/byJson.ts'
import { putAndDrop, tagPairs, tagsFrom } from './kit/tags.ts'

/** name: the rule's, on the default bus. */
export interface EventRuleProps {
  /** One write: PutRule replaces all of it. `pattern` is JSON of an event pattern. */
  definition: { description: string; enabled: boolean; schedule: string | null; pattern: object | null }
  /** Sorted by id. */
  targets: { id: string; arn: string; input: string | null }[]
}

export interface EventRuleOut extends Outputs {
  arn: string
  name: string
}

const GONE = 'ResourceNotFoundException'

const ruleInput = (name: string, { definition }: EventRuleProps): PutRuleRequest => ({
  Name: name,
  Description: definition.description,
  State: definition.enabled ? 'ENABLED' : 'DISABLED',
  ...(definition.schedule === null ? {} : { ScheduleExpression: definition.schedule }),
  ...(definition.pattern === null ? {} : { EventPattern: JSON.stringify(definition.pattern) }),
})

/** A pattern's lists are alternatives: their order says nothing. */
const sortedPattern = (value: unknown): unknown => {
  if (Array.isArray(value)) return byJson(value.map(sortedPattern))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortedPattern(inner)]),
  )
}

const normal = ({ definition, targets }: EventRuleProps): EventRuleProps => ({
  definition: { ...definition, pattern: sortedPattern(definition.pattern) as object | null },
  targets: [...targets].sort((a, b) => (a.id < b.id ? -1 : 1)),
})

/** EventBridge answers 200 even when it refused some of the targets. */
const orThrow = (
  what: string,
  failed: readonly { TargetId?: string; ErrorCode?: string; ErrorMessage?: string }[] = [],
): void => {
  const [first] = failed
  if (!first) return
  const why = `target ${first.TargetId} was not ${what}: ${first.ErrorCode} ${first.ErrorMessage}`
  throw first.ErrorCode === 'ConcurrentModificationException' ? new NotYet(why) : new Error(why)
}

export const eventRule: Provisioner<EventRuleProps, EventRuleOut> = {
  kind: 'eventRule',
  naming: { max: 64, allow: /^[.\-_A-Za-z0-9]+$/ },
  permissions: {
    read: ['events:DescribeRule', 'events:ListTargetsByRule', 'events:ListTagsForResource'],
    write: [
      'events:PutRule',
      'events:PutTargets',
      'events:RemoveTargets',
      'events:TagResource',
      'events:UntagResource',
    ],
    remove: ['events:RemoveTargets', 'events:DeleteRule'],
  },
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  removeAfter: [],
  hunt: { arn: nameInArn('events', 'rule/') },
  normal,

  async read(aws, name) {
    const events = aws.client(EventBridgeClient)
    const arn = await arnOf(aws, 'events', `rule/${name}`)
    const [found, targets, tags] = await Promise.all([
      absentIf(events.send(new DescribeRuleCommand({ Name: name })), GONE),
      absentIf(events.send(new ListTargetsByRuleCommand({ Rule: name })), GONE),
      absentIf(events.send(new ListTagsForResourceCommand({ ResourceARN: arn })), GONE),
    ])
    if (!found) return undefined
    return {
      props: normal({
        definition: {
          description: found.Description ?? '',
          enabled: found.State !== 'DISABLED',
          schedule: found.ScheduleExpression || null,
          pattern: found.EventPattern ? (JSON.parse(found.EventPattern) as object) : null,
        },
        targets: (targets?.Targets ?? []).map(({ Id = '', Arn = '', Input }) => ({
          id: Id,
          arn: Arn,
          input: Input ?? null,
        })),
      }),
      out: { arn, name },
      tags: tagsFrom(tags?.Tags),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags) =>
    aws
      .client(EventBridgeClient)
      .send(new PutRuleCommand({ ...ruleInput(name, want), Tags: tagPairs(tags) })),

  change: {
    definition: (aws, live, want) =>
      aws.client(EventBridgeClient).send(new PutRuleCommand(ruleInput(live.out.name, want))),

    async targets(aws, live, want) {
      const events = aws.client(EventBridgeClient)
      const Rule = live.out.name
      const wished = new Set(want.targets.map(({ id }) => id))
      const Ids = live.props.targets.map(({ id }) => id).filter(id => !wished.has(id))
      // Strangers go first: a rule holds five targets at most.
      if (Ids.length > 0)
        orThrow('removed', (await events.send(new RemoveTargetsCommand({ Rule, Ids }))).FailedEntries)
      if (want.targets.length === 0) return
      const Targets = want.targets.map(({ id, arn, input }) => ({
        Id: id,
        Arn: arn,
        ...(input === null ? {} : { Input: input }),
      }))
      orThrow('put', (await events.send(new PutTargetsCommand({ Rule, Targets }))).FailedEntries)
    },
  },

  retag(aws, live, put, drop) {
    const events = aws.client(EventBridgeClient)
    const ResourceARN = live.out.arn
    return putAndDrop(
      put,
      drop,
      tags => events.send(new TagResourceCommand({ ResourceARN, Tags: tagPairs(tags) })),
      TagKeys => events.send(new UntagResourceCommand({ ResourceARN, TagKeys })),
    )
  },

  async remove(aws, live) {
    const events = aws.client(EventBridgeClient)
    const Name = live.out.name
    const Ids = live.props.targets.map(({ id }) => id)
    if (Ids.length > 0) {
      const answer = await absentIf(events.send(new RemoveTargetsCommand({ Rule: Name, Ids })), GONE)
      orThrow('removed', answer?.FailedEntries)
    }
    await absentIf(events.send(new DeleteRuleCommand({ Name })), GONE)
  },

  price: () => [],
}
