import type { Call } from '../../service.ts'
import { detachInterface } from '../ec2/interface.ts'
import { publishEvent } from '../events/bus.ts'
import { shownTask } from './shownTask.ts'
import { lastStatus, type Task, type TaskContainer, taskIn, taskTable } from './task.ts'

/** Changes of a task as what runs it makes them: each counts, and is told to EventBridge. */

/** The task comes to `status` now; at STOPPED its network interface goes. Throws when there is no such task. */
export const enterStatus = (call: Call, arn: string, status: string): Task => {
  const task = taskIn(call, arn)
  if (lastStatus(task) === status) return task
  if (status === 'STOPPED') detachInterface(call, task.attachment.interfaceId, call.now)
  return changed(call, { ...task, timeline: [...task.timeline, { status, at: call.now }] })
}

/** From now on the task is wanted stopped; the first one to say so says why. */
export const wantStopped = (call: Call, arn: string, stopCode: string, stoppedReason: string): Task => {
  const task = taskIn(call, arn)
  if (task.desiredStatus === 'STOPPED') return task
  return changed(call, {
    ...task,
    desiredStatus: 'STOPPED',
    stoppingAt: call.now,
    stopCode,
    stoppedReason,
  })
}

/** A container of the task has changed. */
export const changeContainer = (
  call: Call,
  arn: string,
  name: string,
  change: Partial<Pick<TaskContainer, 'lastStatus' | 'health' | 'exitCode' | 'reason' | 'imageDigest'>>,
): Task => {
  const task = taskIn(call, arn)
  const containers = task.containers.map(container =>
    container.name === name ? { ...container, ...change } : container,
  )
  return changed(call, { ...task, containers })
}

/** Notes a moment of the task's life, without a change of its status. */
export const noteMoment = (
  call: Call,
  arn: string,
  moment: 'pullStartedAt' | 'pullStoppedAt' | 'executionStoppedAt',
): void => taskTable(call).set(arn, { ...taskIn(call, arn), [moment]: call.now })

/** The event `ECS Task State Change` (ECS guide, "Amazon ECS task state change events"). */
export const tellTaskChange = (call: Call, task: Task): void => {
  const { tags: _, ...shown } = shownTask(call, task, [])
  publishEvent(call, {
    source: 'aws.ecs',
    detailType: 'ECS Task State Change',
    resources: [task.arn],
    at: call.now,
    detail: {
      ...JSON.parse(JSON.stringify(shown)),
      // DescribeTasks calls it by another name.
      attachments: shown.attachments?.map(attachment => ({ ...attachment, type: 'eni' })) ?? [],
      updatedAt: new Date(call.now).toISOString(),
    },
  })
}

const changed = (call: Call, task: Task): Task => {
  const counted = { ...task, version: task.version + 1 }
  taskTable(call).set(task.arn, counted)
  tellTaskChange(call, counted)
  return counted
}
