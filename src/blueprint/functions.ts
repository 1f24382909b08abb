import { derivedNames } from '../manifest/names.ts'
import type { LambdaFunctionProps } from '../provisioners/lambdaFunction.ts'
import { output } from '../token.ts'
import { invokedBy } from './api.ts'
import { arns } from './arns.ts'
import type { Artifacts } from './artifacts.ts'
import { securityGroups } from './backend.ts'
import { AGENT_CONTAINERS, lifetimes } from './containers.ts'
import { wish } from './kit.ts'
import { lambdaLog, tokenParameter } from './roles.ts'
import type { WithBackend } from './withBackend.ts'

/** HTTP `/start`: starts the task, extends its life, publishes the ping. */
export const taskManager = (manifest: WithBackend, { taskManager }: Artifacts) => {
  const { backend, api } = manifest
  return lambda('task-manager', backend.names.taskManager, {
    description: 'Starts the backend or extends its life',
    sha256: taskManager.sha256,
    // The API gives up after 30.
    timeoutSeconds: 29,
    environment: {
      ...common(manifest),
      PORT: String(backend.port),
      API_AUTH: typeof api.auth === 'string' ? api.auth : 'jwt',
      ...(api.auth === 'token' && { API_TOKEN_PARAMETER: tokenParameter(manifest) }),
    },
    permissions: { 'http-api': { principal: 'apigateway.amazonaws.com', source: invokedBy(manifest) } },
  })
}

/** Woken by alarm, sweep and ended tasks. */
export const taskMonitor = (manifest: WithBackend, { taskMonitor }: Artifacts) => {
  const { topic, sweepRule, taskStateRule } = derivedNames(manifest.project, manifest.environment)
  const arn = arns(manifest)
  return lambda('task-monitor', manifest.backend.names.taskMonitor, {
    description: 'Stops tasks that nobody needs',
    sha256: taskMonitor.sha256,
    timeoutSeconds: 60,
    environment: common(manifest),
    permissions: {
      alarm: { principal: 'sns.amazonaws.com', source: arn.topic(topic) },
      sweep: { principal: 'events.amazonaws.com', source: arn.rule(sweepRule) },
      'task-state': { principal: 'events.amazonaws.com', source: arn.rule(taskStateRule) },
    },
  })
}

/** Both start tasks: the monitor for who came while the last one was stopping. */
const common = (manifest: WithBackend): Record<string, string> => ({
  STACK: `${manifest.project}/${manifest.environment}`,
  TABLE_NAME: manifest.backend.names.table,
  CLUSTER: manifest.backend.names.cluster,
  TASK_FAMILY: manifest.backend.names.taskFamily,
  // Told their generation when a task starts.
  AGENT_CONTAINERS: AGENT_CONTAINERS.join(),
  SUBNETS: output('network/task', 'subnets'),
  SECURITY_GROUPS: securityGroups(manifest),
  PUBLIC_IP: String(manifest.network.publicIp),
  ...lifetimes(manifest),
})

interface Handler
  extends Pick<LambdaFunctionProps['configuration'], 'description' | 'timeoutSeconds' | 'environment'> {
  readonly sha256: string
  readonly permissions: LambdaFunctionProps['permissions']
}

const lambda = (logical: string, name: string, handler: Handler) =>
  wish<LambdaFunctionProps>(
    'lambdaFunction',
    logical,
    name,
    {
      configuration: {
        description: handler.description,
        runtime: 'nodejs24.x',
        handler: 'index.handler',
        role: output(`role/${logical}`, 'arn'),
        memoryMb: 256,
        timeoutSeconds: handler.timeoutSeconds,
        environment: handler.environment,
        logGroup: lambdaLog(name),
      },
      code: { sha256: handler.sha256, architecture: 'arm64' },
      permissions: handler.permissions,
      asyncRetries: { attempts: 2, maxAgeSeconds: 3600 },
    },
    // Lambda would make the group itself, without tags and for ever.
    { after: [`logGroup/${logical}`] },
  )
