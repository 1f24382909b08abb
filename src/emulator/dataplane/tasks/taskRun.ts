import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Call } from '../../service.ts'
import { lastStatus, taskIn } from '../../services/ecs/task.ts'
import { changeContainer, enterStatus, noteMoment, wantStopped } from '../../services/ecs/taskStates.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ContainerDriver } from './driver.ts'
import { definitionOf, prepareTask } from './prepareTask.ts'
import { CannotPrepare } from './secrets.ts'
import { CannotPull } from './storedImage.ts'
import { TaskContainers } from './taskContainers.ts'
import type { TaskEndpoint } from './taskEndpoint.ts'
import { removeTree } from './trees.ts'

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
  /** Waits no longer for the containers that have been told to end. */
  press(): void
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
    const planned = await prepareTask(around, { task, region, folder, ...definition })
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
    await removeTree(folder)
    await wait(DETACH_MS)
    tell('STOPPED')
  }

  const live = async (): Promise<void> => {
    try {
      await begin()
    } catch (error) {
      // Whatever it was, the task has to say why it stopped.
      if (!(error instanceof CannotPull || error instanceof CannotPrepare)) around.report(error)
      end('TaskFailedToStart', error instanceof Error ? error.message : String(error))
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
    press() {
      containers?.press()
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
