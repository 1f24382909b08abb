import type * as EventBridge from '@aws-sdk/client-eventbridge'
import { page } from '../../page.ts'
import { AwsError, type Service } from '../../service.ts'
import { invalid, ruleOf, ruleTable } from './rule.ts'

const TARGETS_A_RULE = 5

export const targets = {
  /** Adds, or replaces by id; all or none. */
  PutTargets: ({ Rule, EventBusName, Targets = [] }, call) => {
    const rule = ruleOf(call, Rule, EventBusName)
    if (Targets.length === 0) throw invalid('Targets must have at least 1 item.')
    for (const target of Targets) demandTarget(target)
    const wanted = {
      ...rule.targets,
      ...Object.fromEntries(Targets.map(target => [target.Id ?? '', target])),
    }
    if (Object.keys(wanted).length > TARGETS_A_RULE)
      throw new AwsError(
        'LimitExceededException',
        'The requested resource exceeds the maximum number allowed.',
      )
    ruleTable(call).set(rule.name, { ...rule, targets: wanted })
    return { FailedEntryCount: 0, FailedEntries: [] }
  },

  ListTargetsByRule: ({ Rule, EventBusName, NextToken, Limit }, call) => {
    const all = Object.values(ruleOf(call, Rule, EventBusName).targets)
    const { items, next } = page(all, ({ Id }) => Id ?? '', { token: NextToken, size: Limit ?? 100 })
    return { Targets: items, NextToken: next }
  },

  /** Ids that are not there are passed over. */
  RemoveTargets: ({ Rule, EventBusName, Ids = [] }, call) => {
    const rule = ruleOf(call, Rule, EventBusName)
    const left = Object.entries(rule.targets).filter(([id]) => !Ids.includes(id))
    ruleTable(call).set(rule.name, { ...rule, targets: Object.fromEntries(left) })
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
} satisfies Service<typeof EventBridge>

/** Throws ValidationException. */
const demandTarget = (target: EventBridge.Target): void => {
  const { Id = '', Arn = '', Input, InputPath, InputTransformer, RoleArn, RetryPolicy } = target
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw invalid(`Value '${Id}' at 'id' is not valid.`)
  if (!/^arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:.+$/.test(Arn))
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`)
  const shapes = [Input, InputPath, InputTransformer].filter(shape => shape !== undefined)
  if (shapes.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`)
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}`)
  if (Arn.includes(':ecs:') && !RoleArn) throw invalid(`RoleArn is required for target ${Arn}.`)
  const retries = RetryPolicy?.MaximumRetryAttempts
  const age = RetryPolicy?.MaximumEventAgeInSeconds
  if (retries !== undefined && (retries < 0 || retries > 185))
    throw invalid('MaximumRetryAttempts must be 0 to 185.')
  if (age !== undefined && (age < 60 || age > 86_400))
    throw invalid('MaximumEventAgeInSeconds must be 60 to 86400.')
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
