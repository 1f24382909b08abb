import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Task, TaskContainer } from '../../services/ecs/task.ts'
import { containerMetadata, taskMetadata } from './metadata.ts'

const CREDENTIALS_MS = 6 * 3_600_000

/** What a running task may ask about itself. */
export interface Asking {
  /** As it is now. */
  task(): Task
  readonly definitions: readonly ContainerDefinition[]
  /** Null: the task has no role, and gets no credentials. */
  readonly roleArn: string | null
}

export interface TaskEndpoint {
  /** The variables by which the containers of a task find the endpoint, by container. */
  admit(asking: Asking): Map<string, Record<string, string>>
  /** The task has ended: nobody of it asks any more. */
  dismiss(arn: string): void
  close(): Promise<void>
}

interface Guest {
  readonly asking: Asking
  readonly credentialsId: string
}

/** The task metadata endpoint version 4 and the task role's credentials, for every task, on one loopback listener. */
export const openTaskEndpoint = async (): Promise<TaskEndpoint> => {
  const guests = new Map<string, Guest>()

  const answer = (path: string): object | null => {
    const [, credentialsId] = /^\/v2\/credentials\/([\w-]+)$/.exec(path) ?? []
    if (credentialsId !== undefined) {
      const guest = [...guests.values()].find(held => held.credentialsId === credentialsId)
      return guest?.asking.roleArn ? credentialsOf(guest.asking.roleArn) : null
    }
    const [, runtimeId = '', what = ''] = /^\/v4\/([\w-]+)(\/task|\/stats|\/task\/stats)?$/.exec(path) ?? []
    for (const { asking } of guests.values()) {
      const task = asking.task()
      const container = task.containers.find(held => held.runtimeId === runtimeId)
      if (container) return told(asking, task, container, what)
    }
    return null
  }

  const server = createServer((request, response) => {
    const body = answer((request.url ?? '').replace(/\?.*$/, ''))
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' })
    response.end(body ? JSON.stringify(body) : '{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    admit(asking) {
      const task = asking.task()
      const credentialsId = randomUUID()
      guests.set(task.arn, { asking, credentialsId })
      const credentials = `${origin}/v2/credentials/${credentialsId}`
      return new Map(
        task.containers.map(({ name, runtimeId }) => [
          name,
          {
            ECS_CONTAINER_METADATA_URI_V4: `${origin}/v4/${runtimeId}`,
            // AWS gives a path for a link-local address, which a process of this machine does not reach.
            ...(asking.roleArn === null ? {} : { AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials }),
          },
        ]),
      )
    },
    dismiss: arn => void guests.delete(arn),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Nobody measures here, so statistics have nothing but their time. */
const told = (asking: Asking, task: Task, container: TaskContainer, what: string): object => {
  const stats = { read: new Date().toISOString(), cpu_stats: {}, memory_stats: {}, networks: {} }
  if (what === '/task') return taskMetadata(task, asking.definitions)
  if (what === '/stats') return stats
  if (what === '/task/stats')
    return Object.fromEntries(task.containers.map(({ runtimeId }) => [runtimeId, stats]))
  return containerMetadata(task, container, asking.definitions)
}

/** The embedded AWS lets everybody in; an SDK wants keys all the same. By the real clock, which the SDK looks at. */
const credentialsOf = (roleArn: string) => ({
  RoleArn: roleArn,
  AccessKeyId: 'local',
  SecretAccessKey: 'local',
  Token: 'local',
  Expiration: new Date(Date.now() + CREDENTIALS_MS).toISOString(),
})
