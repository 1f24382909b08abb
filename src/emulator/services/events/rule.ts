import type { Target } from '@aws-sdk/client-eventbridge'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `rules`, keyed by name: the rules of the bus `default`, the only one here. */
export interface Rule {
  name: string
  arn: string
  description: string | null
  /** JSON text, as it was given. */
  pattern: string | null
  schedule: string | null
  enabled: boolean
  roleArn: string | null
  /** By id. */
  targets: Record<string, Target>
  /** Epoch milliseconds of the last PutRule; a schedule by rate counts from here. */
  putAt: number
}

export const ruleTable = (call: Call): Table<Rule> => call.table<Rule>('rules', { service: 'events' })

export const invalid = (message: string): AwsError => new AwsError('ValidationException', message)

/** By name or ARN; throws ResourceNotFoundException for a bus that is not there. */
export const demandBus = (bus: string | undefined): void => {
  const name = bus?.split('/').at(-1) ?? 'default'
  if (name !== 'default') throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`)
}

/** Throws ResourceNotFoundException. */
export const ruleOf = (call: Call, name = '', bus?: string): Rule => {
  demandBus(bus)
  const rule = ruleTable(call).get(name)
  if (!rule)
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`)
  return rule
}
