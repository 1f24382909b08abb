import { dirname } from 'node:path/posix'
import type { ContainerProps } from '../provisioners/taskDefinition.ts'
import { output } from '../token.ts'
import { imageUri } from './image.ts'
import type { WithBackend } from './withBackend.ts'

/** The name of the app's container, which people read in logs. */
export const CONTAINER = 'app'

/** Holds the database; the agent and the app see it at the same path. */
export const VOLUME = 'database'

const RESTORE = 'restore'
const AGENT = 'agent'

/** They are told their generation when a task starts. */
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
    environment: { ...backend.environment, ...database(manifest) },
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
  environment: { ...database(manifest), TABLE_NAME: manifest.backend.names.table },
  secrets: {},
  ports: [],
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
