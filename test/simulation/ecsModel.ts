import type { Ecs, LaunchWish, SeenTask } from '../../src/runtime/lambdas/doors.ts'
import { generationOf } from '../../src/runtime/lifecycle/startedBy.ts'
import type { Process, World } from './world.ts'

export const STACK = 'notes/test'
export const CLUSTER = 'notes-test'
export const FAMILY = 'notes-backend-test'

/** A task as it truly is. */
export interface TrueTask {
  readonly taskArn: string
  readonly startedBy: string
  readonly generation: number
  readonly createdAt: number
  readonly capacity: string
  /** Until then ECS's own lists do not show it. */
  readonly visibleAt: number
  status: 'PENDING' | 'RUNNING' | 'STOPPED'
  toldToStop: boolean
  stopReason: string | null
  stopCode: string | null
  stoppedAt: number | null
  exitCodes: Record<string, number>
  containerReasons: string[]
  /** It became the one task of its generation, by the table's word. */
  claimed: boolean
  /** The agent runs in it; dies with the task. */
  agent: Process | null
}

/** What the world does when a task comes to life, and when it is gone. */
export interface TaskHooks {
  readonly up: (task: TrueTask) => void
  readonly gone: (task: TrueTask) => void
}

/** ECS with the traits that matter: client tokens, lists that lag, tasks that take their time and may fail. */
export class EcsModel {
  readonly tasks = new Map<string, TrueTask>()
  readonly #tokens = new Map<string, TrueTask>()
  readonly #world: World
  readonly #hooks: TaskHooks

  constructor(world: World, hooks: TaskHooks) {
    this.#world = world
    this.#hooks = hooks
  }

  get living(): TrueTask[] {
    return [...this.tasks.values()].filter(({ status }) => status !== 'STOPPED')
  }

  door(process: Process): Ecs {
    const world = this.#world
    return {
      run: wish => world.call(process, 'RunTask', () => this.#run(wish)),
      stop: (taskArn, reason) => world.call(process, 'StopTask', () => this.#stop(process, taskArn, reason)),
      describe: arns =>
        world.call(process, 'DescribeTasks', () =>
          arns.flatMap(arn => {
            const task = this.tasks.get(arn)
            return task && task.visibleAt <= world.time.now ? [seen(task)] : []
          }),
        ),
      list: () =>
        world.call(process, 'ListTasks', () =>
          this.living
            .filter(task => !task.toldToStop && task.visibleAt <= world.time.now)
            .map(({ taskArn }) => taskArn),
        ),
    }
  }

  #run(wish: LaunchWish): Awaited<ReturnType<Ecs['run']>> {
    const { random, weather, time } = this.#world
    const known = this.#tokens.get(wish.clientToken)
    if (known) return known
    if (random.chance(weather.refusedTask))
      return random.pick([
        { failure: 'capacity', message: 'Capacity is unavailable at this time.' },
        { failure: 'quota', message: "You've reached the limit on the number of vCPUs." },
      ] as const)
    const generation = generationOf(STACK, wish.startedBy) ?? -1
    const task: TrueTask = {
      taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/${CLUSTER}/${this.tasks.size + 1}`,
      startedBy: wish.startedBy,
      generation,
      createdAt: time.now,
      capacity: wish.capacity,
      visibleAt: time.now + (random.chance(0.3) ? random.between(0, 10) : 0),
      status: 'PENDING',
      toldToStop: false,
      stopReason: null,
      stopCode: null,
      stoppedAt: null,
      exitCodes: {},
      containerReasons: [],
      claimed: false,
      agent: null,
    }
    this.#checkLaunch(task)
    this.#world.say(`ECS makes task ${task.taskArn.split('/').at(-1)} of generation ${generation}`)
    this.tasks.set(task.taskArn, task)
    this.#tokens.set(wish.clientToken, task)
    time.after(random.between(1, 20), () => this.#come(task))
    return task
  }

  #checkLaunch(task: TrueTask): void {
    for (const other of this.tasks.values()) {
      if (other.generation === task.generation)
        this.#world.violate('one generation, one task', `generation ${task.generation} got a second task`)
      if (other.claimed && other.status !== 'STOPPED')
        this.#world.violate(
          'one task at a time',
          `generation ${task.generation} starts while ${other.generation} still runs`,
        )
    }
  }

  #come(task: TrueTask): void {
    const { random, weather } = this.#world
    const capacity = task.capacity === 'FARGATE_SPOT' && random.chance(weather.badTask)
    if (task.status === 'STOPPED') return
    if (task.toldToStop) this.end(task, { restore: 143 }, 'UserInitiated', task.stopReason)
    else if (capacity) this.end(task, {}, 'TaskFailedToStart', 'Capacity is unavailable at this time.')
    else if (random.chance(weather.badTask / 2)) {
      task.containerReasons.push('CannotPullContainerError: no such image')
      this.end(task, {}, 'TaskFailedToStart', 'Task failed to start')
    } else {
      task.status = 'RUNNING'
      this.#hooks.up(task)
    }
  }

  #stop(process: Process, taskArn: string, reason: string): void {
    const { item, time, random } = this.#world
    const task = this.tasks.get(taskArn)
    if (!task || task.status === 'STOPPED') return
    this.#world.say(`${process.name} stops task ${taskArn.split('/').at(-1)}: ${reason}`)
    if (reason === '')
      this.#world.violate('every stop has a cause', `StopTask of ${taskArn} without a reason`)
    const current = item['task_arn'] === taskArn && item['generation'] === task.generation
    if (current && (item['state'] === 'STARTING' || item['state'] === 'READY'))
      this.#world.violate('only the table stops', `the current task was stopped while ${item['state']}`)
    if (task.toldToStop) return
    task.toldToStop = true
    task.stopReason = reason
    task.stopCode = 'UserInitiated'
    // SIGKILL, whatever the agent does until then.
    if (task.status === 'RUNNING')
      time.after(random.between(30, 120), () => this.end(task, { agent: 137 }, 'UserInitiated', reason))
  }

  /** ECS has lost the task's host and gives it up; its containers run on for a while. */
  lose(task: TrueTask): void {
    const { agent } = task
    task.agent = null
    this.end(task, {}, 'TerminationNotice', 'Host unreachable')
    task.agent = agent
    this.#world.time.after(this.#world.random.between(10, 300), () => {
      if (agent) agent.alive = false
    })
  }

  /** The task is gone, now. */
  end(task: TrueTask, exitCodes: Record<string, number>, stopCode: string, reason: string | null): void {
    if (task.status === 'STOPPED') return
    task.status = 'STOPPED'
    task.stoppedAt = this.#world.time.now
    task.exitCodes = exitCodes
    task.stopCode ??= stopCode
    task.stopReason ??= reason
    if (task.agent) task.agent.alive = false
    this.#world.say(`task ${task.taskArn.split('/').at(-1)} is gone: ${task.stopReason}`)
    this.#hooks.gone(task)
  }
}

const seen = (task: TrueTask): SeenTask => ({
  taskArn: task.taskArn,
  startedBy: task.startedBy,
  stopped: task.status === 'STOPPED',
  toldToStop: task.toldToStop || task.status === 'STOPPED',
  networkInterface: task.status === 'PENDING' ? null : `eni-${task.taskArn}`,
  end: {
    stopCode: task.stopCode,
    reason: task.stopReason,
    exitCodes: task.exitCodes,
    containerReasons: task.containerReasons,
  },
})

/** The event of a task's end as EventBridge sends it. */
export const endedEvent = (task: TrueTask): object => ({
  source: 'aws.ecs',
  'detail-type': 'ECS Task State Change',
  detail: {
    clusterArn: `arn:aws:ecs:eu-west-1:123456789012:cluster/${CLUSTER}`,
    group: `family:${FAMILY}`,
    taskArn: task.taskArn,
    startedBy: task.startedBy,
    lastStatus: 'STOPPED',
    stopCode: task.stopCode ?? undefined,
    stoppedReason: task.stopReason ?? undefined,
    containers: Object.entries(task.exitCodes).map(([name, exitCode], index) => ({
      name,
      exitCode,
      reason: task.containerReasons[index],
    })),
  },
})
