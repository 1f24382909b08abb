import { mkdir } from 'node:fs/promises'
import type { ContainerDefinition } from '@aws-sdk/client-ecs'
import type { TaskContainer } from '../../services/ecs/task.ts'
import type { ContainerLog } from './containerLog.ts'
import { type ContainerState, mayStop, readiness } from './dependencies.ts'
import { CannotStart, type ContainerDriver, type ContainerOrder, type RunningContainer } from './driver.ts'
import { watchHealth } from './watchHealth.ts'

const DEFAULT_STOP_SECONDS = 30
const DEFAULT_START_SECONDS = 180

/** A container of a task with all it needs to run. */
export interface Planned {
  readonly definition: ContainerDefinition
  readonly order: ContainerOrder
  readonly log: ContainerLog
  readonly stopSignal: NodeJS.Signals
}

interface Around {
  readonly driver: ContainerDriver
  readonly pace: number
  /** A container is another than it was. */
  changed(
    name: string,
    change: Partial<Pick<TaskContainer, 'lastStatus' | 'health' | 'exitCode' | 'reason'>>,
  ): void
  /** The task cannot go on: stop it. */
  ended(stopCode: string, reason: string): void
  report(error: unknown): void
}

/**
 * The containers of a task, started in the order of what they depend on and stopped in the reverse. `stop` may come at
 * any time, also while containers still start.
 */
export class TaskContainers {
  /** Kept when every container has run, or the task is being stopped. */
  readonly started: Promise<void>
  /** Kept when none runs any more after `stop`. */
  readonly stopped: Promise<void>
  readonly #planned: readonly Planned[]
  readonly #around: Around
  readonly #states = new Map<string, ContainerState>()
  readonly #running = new Map<string, RunningContainer>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #signalled = new Set<string>()
  readonly #hasStarted = Promise.withResolvers<void>()
  readonly #hasStopped = Promise.withResolvers<void>()
  #held = false
  #stopping = false
  #killing = false

  constructor(planned: readonly Planned[], around: Around) {
    this.#planned = planned
    this.#around = around
    this.started = this.#hasStarted.promise
    this.stopped = this.#hasStopped.promise
    for (const { definition } of planned)
      this.#states.set(definition.name ?? '', { phase: 'waiting', exitCode: null, health: 'UNKNOWN' })
  }

  start(): void {
    this.#advance()
  }

  /** From now on none starts. Told again, it leaves alone what has been begun since. */
  hold(): void {
    if (this.#held) return
    this.#held = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#hasStarted.resolve()
  }

  /** Tells the containers to end, the last to start first. */
  stop(): void {
    this.hold()
    this.#stopping = true
    this.#advance()
  }

  /** Ends those at once that have been told to end and have not, so that the next in line are told. */
  press(): void {
    for (const name of this.#signalled) this.#running.get(name)?.signal('SIGKILL')
  }

  /** Ends them all at once, whatever they do. */
  kill(): void {
    this.#killing = true
    for (const container of this.#running.values()) container.signal('SIGKILL')
    this.stop()
  }

  #advance(): void {
    if (this.#stopping) this.#stopNext()
    else if (!this.#held) this.#startNext()
  }

  #startNext(): void {
    for (const planned of this.#planned) {
      const name = planned.definition.name ?? ''
      if (this.#states.get(name)?.phase !== 'waiting') continue
      const ready = readiness(planned.definition, this.#states)
      if (typeof ready === 'object') {
        this.#around.ended('TaskFailedToStart', ready.never)
        return
      }
      if (ready === 'ready')
        this.#run(name, planned).catch(error => {
          this.#around.report(error)
          this.#couldNotStart(name, error)
        })
    }
    const phases = [...this.#states.values()].map(({ phase }) => phase)
    if (phases.every(phase => phase === 'running' || phase === 'stopped')) this.#hasStarted.resolve()
  }

  #stopNext(): void {
    const all = this.#planned.map(({ definition }) => definition)
    for (const { definition, stopSignal } of this.#planned) {
      const name = definition.name ?? ''
      const container = this.#running.get(name)
      if (!container || this.#signalled.has(name)) continue
      if (!this.#killing && !mayStop(name, all, this.#states)) continue
      this.#signalled.add(name)
      container.signal(this.#killing ? 'SIGKILL' : stopSignal)
      const milliseconds = (definition.stopTimeout ?? DEFAULT_STOP_SECONDS) * 1000
      this.#timers.set(
        name,
        setTimeout(() => container.signal('SIGKILL'), milliseconds),
      )
    }
    const phases = [...this.#states.values()].map(({ phase }) => phase)
    if (!phases.includes('running') && !phases.includes('starting')) {
      this.#hasStopped.resolve()
    }
  }

  async #run(name: string, { definition, order, log }: Planned): Promise<void> {
    this.#enter(name, { phase: 'starting' })
    this.#limitStart(definition)
    let container: RunningContainer
    try {
      await mkdir(order.folder, { recursive: true })
      container = await this.#around.driver.start(order)
    } catch (error) {
      this.#couldNotStart(name, error)
      return
    }
    if (container.output) for (const output of Object.values(container.output)) log.read(output)
    this.#running.set(name, container)
    this.#enter(name, { phase: 'running' })
    this.#around.changed(name, { lastStatus: 'RUNNING' })
    const health = this.#watch(name, definition, container)
    this.#advance()
    const exitCode = await container.exited
    health.abort()
    log.close()
    clearTimeout(this.#timers.get(name))
    this.#running.delete(name)
    this.#enter(name, { phase: 'stopped', exitCode })
    this.#around.changed(name, { lastStatus: 'STOPPED', exitCode })
    if (definition.essential ?? true)
      this.#around.ended('EssentialContainerExited', 'Essential container in task exited')
    this.#advance()
  }

  #couldNotStart(name: string, error: unknown): void {
    const reason = error instanceof CannotStart ? error.message : new CannotStart(String(error)).message
    this.#enter(name, { phase: 'stopped' })
    this.#around.changed(name, { lastStatus: 'STOPPED', reason })
    this.#around.ended('TaskFailedToStart', reason)
    this.#advance()
  }

  #watch(name: string, { healthCheck }: ContainerDefinition, container: RunningContainer): AbortController {
    const over = new AbortController()
    const tell = (health: 'HEALTHY' | 'UNHEALTHY'): void => {
      this.#enter(name, { health })
      this.#around.changed(name, { health })
      this.#advance()
    }
    if (healthCheck) void watchHealth(container, healthCheck, this.#around.pace, tell, over.signal)
    return over
  }

  /** So long may others wait for it to become what they depend on. */
  #limitStart({ name = '', startTimeout = DEFAULT_START_SECONDS }: ContainerDefinition): void {
    const awaited = this.#planned.filter(({ definition }) =>
      definition.dependsOn?.some(
        ({ containerName, condition }) => containerName === name && condition !== 'START',
      ),
    )
    if (awaited.length === 0) return
    const late = (): void => {
      const waiting = awaited.find(
        ({ definition }) => this.#states.get(definition.name ?? '')?.phase === 'waiting',
      )
      if (waiting)
        this.#around.ended(
          'TaskFailedToStart',
          `dependency graph: container ordering dependency [${name}] for target [${waiting.definition.name}] was not met within ${startTimeout} seconds`,
        )
    }
    this.#timers.set(name, setTimeout(late, startTimeout * 1000).unref())
  }

  #enter(name: string, change: Partial<ContainerState>): void {
    const held = this.#states.get(name)
    if (held) this.#states.set(name, { ...held, ...change })
  }
}
