import { dirname } from 'node:path/posix'
import type { ContainerProps } from '../provisioners/taskDefinition.ts'
import { output } from '../token.ts'
import { agentPort } from './agentPort.ts'
import { imageUri } from './image.ts'
import { metric, pingSeconds } from './metric.ts'
import type { WithBackend } from './withBackend.ts'

/** The name of the app's container, which people read in logs. */
export const CONTAINER = 'app'

/** Holds the database; the agent and the app see it at the same path. */
export const VOLUME = 'database'

const RESTORE = 'restore'
const AGENT = 'agent'

/** Those that are told their generation when a task starts. */
export const AGENT_CONTAINERS = [RESTORE, AGENT]

/** Fargate's most: whoever saves the database at the end needs what it can get. */
const STOP_SECONDS = 120

/**
 * The agent brings the database, then the app starts. ECS stops in the opposite order: the app first, and the agent,
 * which then saves what the app left, last (ECS guide, "Container dependency").
 */
export const containers = (manifest: WithBackend): ContainerProps[] => [
  app(manifest),
  {
    ...agent(manifest, RESTORE),
    essential: false,
    command: ['node', PROGRAM, 'restore'],
    dependsOn: [],
  },
  {
    ...agent(manifest, AGENT),
    essential: true,
    command: ['node', PROGRAM, 'run'],
    dependsOn: [{ container: RESTORE, condition: 'SUCCESS' }],
  },
]

/** Where the agent's image has it. */
const PROGRAM = '/agent/agent.cjs'

const app = (manifest: WithBackend): ContainerProps => {
  const { backend } = manifest
  return {
    ...common(manifest, CONTAINER),
    image: imageUri(manifest),
    essential: true,
    command: null,
    // PORT is what many servers listen on unasked; an app that wants another word for it says so, openly or by a secret.
    environment: {
      ...('PORT' in backend.secrets ? {} : { PORT: String(backend.port) }),
      ...backend.environment,
      ...database(manifest),
      STORYARCH_BUSY_URL: `http://127.0.0.1:${agentPort(manifest)}/busy`,
    },
    secrets: Object.fromEntries(
      Object.keys(backend.secrets).map(variable => [variable, output(`secret/${variable}`, 'arn')]),
    ),
    ports: [backend.port],
    dependsOn: [
      { container: RESTORE, condition: 'SUCCESS' },
      { container: AGENT, condition: 'START' },
    ],
  }
}

const agent = (manifest: WithBackend, name: string) => ({
  ...common(manifest, name),
  image: output('image/agent', 'uri'),
  environment: { ...database(manifest), ...life(manifest) },
  secrets: {},
  ports: [],
})

/** What the agent must know of the task's life. */
const life = (manifest: WithBackend): Record<string, string> => ({
  ...lifetimes(manifest),
  TABLE_NAME: manifest.backend.names.table,
  PORT: String(manifest.backend.port),
  HEALTH_PATH: manifest.backend.health,
  IDLE_SIGNAL: manifest.backend.idle.signal,
  AGENT_PORT: String(agentPort(manifest)),
})

/** What manager, monitor and agent decide by, and where they publish pings. */
export const lifetimes = (manifest: WithBackend): Record<string, string> => ({
  METRIC_NAMESPACE: metric(manifest).namespace,
  METRIC_NAME: metric(manifest).name,
  METRIC_RESOLUTION_SECONDS: pingSeconds(manifest) < 60 ? '1' : '60',
  LIFETIME_SECONDS: String(manifest.backend.lifetimeSeconds),
  MAX_LIFETIME_SECONDS: String(manifest.backend.maxLifetimeSeconds),
  START_DEADLINE_SECONDS: String(manifest.backend.startDeadlineSeconds),
  SPOT: String(manifest.backend.spot),
})

const common = ({ backend, database, region }: WithBackend, name: string) => ({
  name,
  mounts: [{ volume: VOLUME, path: dirname(database.path) }],
  stopTimeoutSeconds: STOP_SECONDS,
  initProcess: true,
  logs: { group: backend.names.logGroup, region, prefix: 'task' },
})

const database = ({ region, database: { path, bucket, key } }: WithBackend): Record<string, string> => ({
  AWS_REGION: region,
  DATABASE_PATH: path,
  DB_S3_BUCKET: bucket,
  DB_S3_KEY: key,
})
