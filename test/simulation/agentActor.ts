import { claim, giveUp, type Me, ready, type Use } from '../../src/runtime/lifecycle/agent.ts'
import { type AgentTools, takeTurn } from '../../src/runtime/lifecycle/agentTurn.ts'
import { change, type TaskTable } from '../../src/runtime/lifecycle/store.ts'
import type { EcsModel, TrueTask } from './ecsModel.ts'
import type { Process, World } from './world.ts'

const TICK_SECONDS = 12
export const GRACE_SECONDS = 45

/** What a task does from its first breath: claims its generation, restores, serves, stores, ends. */
export class AgentActor {
  readonly #world: World
  readonly #ecs: EcsModel
  /** The highest generation that has read the database. */
  #restored = 0
  readonly #writers = new Map<number, string>()

  constructor(world: World, ecs: EcsModel) {
    this.#world = world
    this.#ecs = ecs
  }

  /** Runs until its task is gone. Never throws. */
  async live(task: TrueTask, publishPing: () => Promise<void>): Promise<void> {
    const world = this.#world
    const { random, weather } = world
    const me: Me = { generation: task.generation, taskArn: task.taskArn }
    const name = `agent ${task.generation}/${task.taskArn.split('/').at(-1)}`
    // An essential container: ECS ends the task with it.
    const process = world.process(name, () => this.#end(task, { agent: 1 }, 'EssentialContainerExited'))
    task.agent = process
    const table = world.bugs.agentTable(world.table(process))
    const pause = (seconds: number) => world.sleep(process, seconds)

    if (!(await this.#claimed(task, me, process, table))) return this.#exit(task, process, 75)
    this.#restored = Math.max(this.#restored, task.generation)
    await pause(random.between(0.2, 5))
    if (random.chance(weather.badTask / 4)) {
      const why = { failure: 'database', reason: 'The database is not whole.' } as const
      await change(table, world.newId, task => giveUp(task, me, why, world.now(process))).catch(
        () => undefined,
      )
      return this.#exit(task, process, 1)
    }

    const healthyAt = random.chance(weather.badTask / 4)
      ? Number.POSITIVE_INFINITY
      : world.time.now + random.between(1, 20)
    const deaf = weather.broken.includes('agent')
    const busyUntil = random.chance(0.1) ? world.now(process) + random.between(0, 200) : null
    let answeredAt = world.time.now
    let isReady = false
    const answering = {
      ...table,
      read: async () => {
        const item = await table.read()
        answeredAt = world.time.now
        return item
      },
    }
    const tools: AgentTools = {
      table: answering,
      newId: world.newId,
      now: () => world.now(process),
      silentSeconds: () => world.time.now - answeredAt,
      publishPing,
      settings: world.settings,
      graceSeconds: world.bugs.noStopper ? Number.POSITIVE_INFINITY : GRACE_SECONDS,
    }
    const use: Use = { connections: 0, busyUntil }

    for (;;) {
      await pause(random.between(TICK_SECONDS / 2, TICK_SECONDS))
      if (random.chance(world.weather.pause)) await pause(random.between(30, 300))
      if (random.chance((world.weather.taskDies * TICK_SECONDS) / 60) && task.status === 'RUNNING') {
        if (!random.chance(0.4)) return this.#end(task, { app: 137 }, 'EssentialContainerExited')
        this.#ecs.lose(task)
      }
      if (task.toldToStop) break
      if (!isReady && world.time.now >= healthyAt) {
        const report = { publicIp: null, url: null, timings: { bootMs: 1 } }
        isReady = await change(table, world.newId, task =>
          ready(task, me, report, world.now(process), world.settings),
        ).then(
          ({ outcome }) => outcome === 'alive',
          () => false,
        )
      }
      // A deaf agent only stores; it never looks whether its time is up.
      const turn = deaf ? ({ act: 'serve' } as const) : await takeTurn(me, use, tools)
      if (turn.act === 'stop') break
      if (turn.act === 'serve' && random.chance(0.5)) await this.#store(me, process, table)
    }
    if (task.toldToStop && deaf && random.chance(0.5)) return // Waits for SIGKILL.
    await this.#store(me, process, table)
    await pause(random.between(0.1, 10))
    this.#exit(task, process, 0)
  }

  async #claimed(task: TrueTask, me: Me, process: Process, table: TaskTable): Promise<boolean> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        const { outcome } = await change(table, this.#world.newId, task =>
          claim(task, me, this.#world.now(process)),
        )
        task.claimed ||= outcome === 'alive'
        return outcome === 'alive'
      } catch {
        await this.#world.sleep(process, 2)
      }
    }
    return false
  }

  /** Moves the database's head, as the holder of the generation only. */
  async #store(me: Me, process: Process, table: TaskTable): Promise<void> {
    const world = this.#world
    const head = `${me.generation}/${world.newId()}`
    const expect = { generation: me.generation, task_arn: me.taskArn }
    try {
      await table.write({ expect, set: { head } })
    } catch {
      world.say(`${process.name} could not store`)
    }
  }

  /** Judges a head that was moved. */
  stored(generation: number, item: World['item']): void {
    const world = this.#world
    if (generation !== item['generation'])
      world.violate('one writer', `generation ${generation} wrote while ${item['generation']} is current`)
    if (generation < this.#restored)
      world.violate('one writer', `generation ${generation} wrote after ${this.#restored} had read`)
    const arn = String(item['task_arn'])
    if ((this.#writers.get(generation) ?? arn) !== arn)
      world.violate('one writer', `two tasks wrote as generation ${generation}`)
    this.#writers.set(generation, arn)
  }

  #exit(task: TrueTask, process: Process, code: number): void {
    if (process.alive) this.#end(task, { agent: code }, 'EssentialContainerExited')
  }

  #end(task: TrueTask, exitCodes: Record<string, number>, code: string): void {
    this.#ecs.end(task, exitCodes, code, 'Essential container in task exited')
  }
}
