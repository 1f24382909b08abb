import type * as ECS from '@aws-sdk/client-ecs'
import { page } from '../../page.ts'
import { AwsError, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'
import { launchOnce } from './clientToken.ts'
import { clusterOf } from './cluster.ts'
import { shownTask } from './shownTask.ts'
import { findTask, lastStatus, visibleTasks } from './task.ts'
import { wantStopped } from './taskStates.ts'

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)

export const tasks = {
  RunTask: (input, call) => {
    const launched = launchOnce(call, clusterOf(call, input.cluster), input)
    return {
      tasks: launched.tasks.map(task => shownTask(call, task, ['TAGS'])),
      failures: launched.failures,
    }
  },

  DescribeTasks: ({ cluster: ref, tasks: refs, include }, call) => {
    const cluster = clusterOf(call, ref)
    if (!refs?.length) throw invalid('Tasks cannot be empty.')
    if (refs.length > 100) throw invalid('Tasks cannot have more than 100 elements.')
    return {
      tasks: refs.flatMap(task => {
        const row = findTask(call, cluster.arn, task)
        return row ? [shownTask(call, row, include ?? [])] : []
      }),
      failures: refs
        .filter(task => !findTask(call, cluster.arn, task))
        .map(task => ({
          arn: task.startsWith('arn:') ? task : `${cluster.arn.replace(':cluster/', ':task/')}/${task}`,
          reason: 'MISSING',
        })),
    }
  },

  ListTasks: (input, call) => {
    const cluster = clusterOf(call, input.cluster)
    const others = [input.family, input.serviceName, input.containerInstance]
    if (input.startedBy !== undefined && others.some(filter => filter !== undefined))
      throw invalid('startedBy must be the only filter that you use.')
    const rows = visibleTasks(call).filter(
      task =>
        task.clusterArn === cluster.arn &&
        task.desiredStatus === (input.desiredStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING') &&
        (input.family === undefined || task.family === input.family) &&
        (input.startedBy === undefined || task.startedBy === input.startedBy) &&
        (input.launchType === undefined || task.launchType === input.launchType) &&
        input.serviceName === undefined &&
        input.containerInstance === undefined,
    )
    const { items, next } = page(rows, ({ arn }) => arn, {
      token: input.nextToken,
      size: input.maxResults ?? 100,
    })
    return { taskArns: items.map(({ arn }) => arn), nextToken: next }
  },

  /** Only says what is wanted: what runs the task stops its containers and carries it to STOPPED. */
  StopTask: ({ cluster: ref, task: taskRef = '', reason }, call) => {
    const cluster = clusterOf(call, ref)
    const task = findTask(call, cluster.arn, taskRef)
    if (!task || lastStatus(task) === 'STOPPED') throw invalid('The referenced task was not found.')
    if (task.desiredStatus === 'STOPPED') return { task: shownTask(call, task, []) }
    const stopping = wantStopped(call, task.arn, 'UserInitiated', reason ?? 'Task stopped by user')
    forgetTags(call, task.arn)
    return { task: shownTask(call, stopping, []) }
  },
} satisfies Service<typeof ECS>
