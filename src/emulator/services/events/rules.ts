import type * as EventBridge from '@aws-sdk/client-eventbridge'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagMap } from '../../tags.ts'
import { patternFault } from './pattern.ts'
import { demandTags } from './resourceTags.ts'
import { demandBus, invalid, type Rule, ruleOf, ruleTable } from './rule.ts'
import { isSchedule } from './schedule.ts'

export const rules = {
  /** Replaces all of a rule: what is left out is gone. Targets stay; tags count only for a new rule. */
  PutRule: (input, call) => {
    demandBus(input.EventBusName)
    demandRule(input)
    const tags = tagMap(input.Tags)
    demandTags(tags)
    const name = input.Name ?? ''
    const held = ruleTable(call).get(name)
    const arn = `arn:aws:events:${call.region}:${call.account}:rule/${name}`
    ruleTable(call).set(name, {
      name,
      arn,
      description: input.Description ?? null,
      pattern: input.EventPattern || null,
      schedule: input.ScheduleExpression || null,
      enabled: input.State !== 'DISABLED',
      roleArn: input.RoleArn ?? null,
      targets: held?.targets ?? {},
      putAt: call.now,
    })
    if (!held) putTags(call, arn, tags)
    return { RuleArn: arn }
  },

  DescribeRule: ({ Name, EventBusName }, call) => ({
    ...shown(ruleOf(call, Name, EventBusName)),
    CreatedBy: call.account,
  }),

  ListRules: ({ NamePrefix = '', EventBusName, NextToken, Limit }, call) => {
    demandBus(EventBusName)
    const found = ruleTable(call)
      .values()
      .filter(({ name }) => name.startsWith(NamePrefix))
    const { items, next } = page(found, ({ name }) => name, { token: NextToken, size: Limit ?? 100 })
    return { Rules: items.map(shown), NextToken: next }
  },

  ListRuleNamesByTarget: ({ TargetArn, EventBusName, NextToken, Limit }, call) => {
    demandBus(EventBusName)
    const found = ruleTable(call)
      .values()
      .filter(({ targets }) => Object.values(targets).some(({ Arn }) => Arn === TargetArn))
    const { items, next } = page(found, ({ name }) => name, { token: NextToken, size: Limit ?? 100 })
    return { RuleNames: items.map(({ name }) => name), NextToken: next }
  },

  EnableRule: ({ Name, EventBusName }, call) => switched(call, ruleOf(call, Name, EventBusName), true),
  DisableRule: ({ Name, EventBusName }, call) => switched(call, ruleOf(call, Name, EventBusName), false),

  /** Calm when it is already gone; refused while it has targets. */
  DeleteRule: ({ Name = '', EventBusName }, call) => {
    demandBus(EventBusName)
    const rule = ruleTable(call).get(Name)
    if (!rule) return {}
    if (Object.keys(rule.targets).length > 0) throw invalid("Rule can't be deleted since it has targets.")
    ruleTable(call).delete(Name)
    forgetTags(call, rule.arn)
    return {}
  },
} satisfies Service<typeof EventBridge>

const demandRule = (input: EventBridge.PutRuleCommandInput): void => {
  const { Name = '', EventPattern, ScheduleExpression, Description = '', State } = input
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Name))
    throw invalid(
      `1 validation error detected: Value '${Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    )
  if (Description.length > 512)
    throw invalid(
      "1 validation error detected: Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 512",
    )
  if (
    State !== undefined &&
    !['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'].includes(State)
  )
    throw invalid(`1 validation error detected: Value '${State}' at 'state' failed to satisfy constraint`)
  if (!EventPattern && !ScheduleExpression)
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if (ScheduleExpression && !isSchedule(ScheduleExpression))
    throw invalid('Parameter ScheduleExpression is not valid.')
  const fault = EventPattern ? patternFault(EventPattern) : undefined
  if (fault !== undefined)
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${fault}`)
}

const switched = (call: Call, rule: Rule, enabled: boolean): Record<string, never> => {
  ruleTable(call).set(rule.name, { ...rule, enabled })
  return {}
}

const shown = (rule: Rule): EventBridge.Rule => ({
  Name: rule.name,
  Arn: rule.arn,
  Description: rule.description ?? undefined,
  EventPattern: rule.pattern ?? undefined,
  ScheduleExpression: rule.schedule ?? undefined,
  State: rule.enabled ? 'ENABLED' : 'DISABLED',
  RoleArn: rule.roleArn ?? undefined,
  EventBusName: 'default',
})
