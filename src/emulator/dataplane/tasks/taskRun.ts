import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { lastStatus, type Task, taskTable } from '../../services/ecs/task.ts'
import { findTaskDefinition } from '../../services/ecs/taskDefinition.ts'
import { changeContainer, enterStatus, noteMoment, wantStopped } from '../../services/ecs/taskStates.ts'
import type { Surroundings } from '../surroundings.ts'
import { noLog, openContainerLog } from './containerLog.ts'
import { containerOrder } from './containerOrder.ts'
import type { ContainerDriver } from './driver.ts'
import { CannotPrepare, secretValues } from './secrets.ts'
import { CannotPull, type StoredImage } from './storedImage.ts'
import { type Planned, TaskContainers } from './taskContainers.ts'
import type { TaskEndpoint } from './taskEndpoint.ts'

/** What Fargate usually takes for its steps. */
const ATTACH_MS = 8_000
const PULL_MS = 22_000
const DRAIN_MS = 5_000
const DETACH_MS = 10_000

interface Around extends Surroundings {
  readonly containers: ContainerDriver
  readonly endpoint: TaskEndpoint
  /** Told of every change, of which an event may have been queued. */
  changed(): void
}

/** A task that is being run. */
export interface TaskRun {
  /** Kept when it is STOPPED and nothing of it is left. */
  readonly finished: Promise<void>
  /** Says that it shall stop; the task's row says why. `hurried`: without the time that AWS takes for it. */
  stop(hurried: boolean): void
  /** Ends its containers at once. */
  kill(): void
}

/** Carries a task from PROVISIONING through all of its life to STOPPED. */
export const runTask = (around: Around, arn: string, region: string): TaskRun => {
  const ecs = (): Call => around.callOf('ecs', region)
  const stopAsked = new AbortController()
  let containers: TaskContainers | null = null
  const hurry = new AbortController()

  const tell = (status: string): void => {
    enterStatus(ecs(), arn, status)
    around.changed()
  }
  const end = (stopCode: string, reason: string): void => {
    wantStopped(ecs(), arn, stopCode, reason)
    around.changed()
    askToStop()
  }
  const askToStop = (): void => {
    stopAsked.abort()
    containers?.hold()
  }
  const wait = (realMs: number, ...signals: AbortSignal[]): Promise<void> =>
    pause(ecs().delay(realMs), undefined, { signal: AbortSignal.any([hurry.signal, ...signals]) }).catch(
      () => {},
    )

  const task = taskIn(ecs(), arn)
  const definition = definitionOf(ecs(), task)
  const folder = join(ecs().folder('tasks'), arn.split('/').at(-1) ?? '')

  const begin = async (): Promise<void> => {
    await wait(ATTACH_MS, stopAsked.signal)
    if (stopAsked.signal.aborted) return
    tell('PENDING')
    noteMoment(ecs(), arn, 'pullStartedAt')
    const planned = await prepare(around, { task, region, folder, ...definition })
    await wait(PULL_MS, stopAsked.signal)
    noteMoment(ecs(), arn, 'pullStoppedAt')
    if (stopAsked.signal.aborted) return
    tell('ACTIVATING')
    containers = new TaskContainers(planned, {
      driver: around.containers,
      pace: around.pace,
      changed: (name, change) => {
        changeContainer(ecs(), arn, name, change)
        around.changed()
      },
      ended: end,
      report: around.report,
    })
    containers.start()
    await containers.started
    if (!stopAsked.signal.aborted) tell('RUNNING')
  }

  const finish = async (): Promise<void> => {
    if (containers) {
      tell('DEACTIVATING')
      await wait(DRAIN_MS)
      tell('STOPPING')
      containers.stop()
      await containers.stopped
    }
    for (const { name, lastStatus } of taskIn(ecs(), arn).containers)
      if (lastStatus !== 'STOPPED') changeContainer(ecs(), arn, name, { lastStatus: 'STOPPED' })
    noteMoment(ecs(), arn, 'executionStoppedAt')
    tell('DEPROVISIONING')
    around.endpoint.dismiss(arn)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    await wait(DETACH_MS)
    tell('STOPPED')
  }

  const live = async (): Promise<void> => {
    try {
      await begin()
    } catch (error) {
      if (!(error instanceof CannotPull || error instanceof CannotPrepare)) throw error
      end('TaskFailedToStart', error.message)
    }
    await aborted(stopAsked.signal)
    await finish()
  }

  return {
    finished: live().catch(error => {
      around.report(error)
      containers?.kill()
      if (lastStatus(taskIn(ecs(), arn)) !== 'STOPPED') tell('STOPPED')
    }),
    stop(hurried) {
      if (hurried) hurry.abort()
      askToStop()
    },
    kill() {
      hurry.abort()
      askToStop()
      containers?.kill()
    },
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

const taskIn = (call: Call, arn: string): Task => {
  const task = taskTable(call).get(arn)
  if (!task) throw new Error(`there is no task ${arn}`)
  return task
}

interface Definition {
  readonly definitions: readonly ContainerDefinition[]
  readonly roleArn: string | null
  readonly platform: string
}

/** What the task's definition says; RunTask may have given another role. */
const definitionOf = (call: Call, task: Task): Definition => {
  const { definition } = findTaskDefinition(call, task.taskDefinitionArn) ?? {}
  const arm = definition?.runtimePlatform?.cpuArchitecture === 'ARM64'
  return {
    definitions: definition?.containerDefinitions ?? [],
    roleArn: task.overrides.taskRoleArn ?? definition?.taskRoleArn ?? null,
    platform: `linux/${arm ? 'arm64' : 'amd64'}`,
  }
}

/** Images, secrets, logs and volumes: all that must be there before the first container. Throws CannotPull, CannotPrepare. */
const prepare = async (
  around: Around,
  of: Definition & { readonly task: Task; readonly region: string; readonly folder: string },
): Promise<Planned[]> => {
  const { task, region, folder, definitions, roleArn, platform } = of
  const { callOf } = around
  const variables = around.endpoint.admit({
    task: () => taskIn(callOf('ecs', region), task.arn),
    definitions,
    roleArn,
  })
  const planned = await Promise.all(
    definitions.map(async (definition): Promise<Planned> => {
      const { name = '', image: uri = '', logConfiguration: log, mountPoints = [] } = definition
      const [image, secrets] = await Promise.all([
        around.containers.pull(uri, region, platform),
        secretValues(callOf, region, definition.secrets ?? []),
      ])
      if (image) changeContainer(callOf('ecs', region), task.arn, name, { imageDigest: image.digest })
      const ours = { ...awsVariables(callOf('ecs', region)), ...variables.get(name) }
      const order = containerOrder({ task, definition, image, folder, ours, secrets })
      for (const { sourceVolume = '' } of mountPoints)
        await mkdir(join(folder, 'volumes', sourceVolume), { recursive: true })
      return {
        definition,
        order,
        log:
          log?.logDriver === 'awslogs'
            ? openContainerLog(place => callOf('logs', place), log.options ?? {}, {
                container: name,
                taskId: task.arn.split('/').at(-1) ?? '',
              })
            : noLog,
        stopSignal: signalOf(image),
      }
    }),
  )
  return planned
}

const awsVariables = (call: Call): Record<string, string> => ({
  AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
  AWS_REGION: call.region,
  AWS_DEFAULT_REGION: call.region,
  AWS_ENDPOINT_URL: call.endpoint,
})

const signalOf = (image: StoredImage | null): NodeJS.Signals => {
  const name = image?.config.StopSignal || 'SIGTERM'
  return (name.startsWith('SIG') ? name : `SIG${name}`) as NodeJS.Signals
}
