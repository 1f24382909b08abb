import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { putMetric } from '../aws/metric.ts'
import { publicIpOf } from '../aws/networkInterface.ts'
import type { Aws } from '../aws/openAws.ts'
import { dynamoTable } from '../lifecycle/dynamoTable.ts'
import { required, settingsFrom } from '../lifecycle/settings.ts'
import type { Doors, LogEntry } from './doors.ts'
import { ecsDoor } from './ecsDoor.ts'

type Environment = Readonly<Record<string, string | undefined>>

const listed = (text: string): string[] => text.split(',').filter(part => part !== '')

/** Of one call with all its attempts; API Gateway waits 30 s for all of them together. */
const CALL_MS = 8_000

export const deadline = (): AbortSignal => AbortSignal.timeout(CALL_MS)

/** The real world, as the function's environment tells it. Throws when a variable is missing. */
export const openDoors = (environment: Environment, aws: Aws, log: (entry: LogEntry) => void): Doors => {
  const stack = required(environment, 'STACK')
  const namespace = required(environment, 'METRIC_NAMESPACE')
  const name = required(environment, 'METRIC_NAME')
  const resolutionSeconds = environment['METRIC_RESOLUTION_SECONDS'] === '1' ? 1 : 60
  return {
    stack,
    settings: settingsFrom(environment),
    table: dynamoTable(aws, required(environment, 'TABLE_NAME'), deadline),
    ecs: ecsDoor(
      aws,
      {
        stack,
        cluster: required(environment, 'CLUSTER'),
        family: required(environment, 'TASK_FAMILY'),
        subnets: listed(required(environment, 'SUBNETS')),
        securityGroups: listed(required(environment, 'SECURITY_GROUPS')),
        publicIp: environment['PUBLIC_IP'] === 'true',
        containers: listed(environment['AGENT_CONTAINERS'] ?? ''),
      },
      deadline,
    ),
    publicIpOf: networkInterface => publicIpOf(aws, networkInterface, deadline()),
    publishPing: () => putMetric(aws, { namespace, name, value: 1, resolutionSeconds }, deadline()),
    newId: randomUUID,
    now: () => Date.now() / 1000,
    sleep: async seconds => void (await sleep(seconds * 1000)),
    log,
  }
}
