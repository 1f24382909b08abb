import type { ManagerDoors } from '../../src/runtime/lambdas/act.ts'
import type { Answer } from '../../src/runtime/lambdas/answer.ts'
import type { HttpResponse } from '../../src/runtime/lambdas/http.ts'
import { manageTask } from '../../src/runtime/lambdas/manageTask.ts'
import { monitorTask } from '../../src/runtime/lambdas/monitorTask.ts'
import { CLUSTER, type EcsModel, FAMILY, STACK } from './ecsModel.ts'
import type { Process, World } from './world.ts'

const PLACE = { cluster: CLUSTER, family: FAMILY }
const RETRY_SECONDS = [10, 20]

/** The two functions as Lambda runs them: each invocation is a process of its own. */
export class Functions {
  readonly #world: World
  readonly #ecs: EcsModel
  readonly #pinged: () => void
  /** From then on no function runs any more. */
  deadAt = Number.POSITIVE_INFINITY

  constructor(world: World, ecs: EcsModel, pinged: () => void) {
    this.#world = world
    this.#ecs = ecs
    this.#pinged = pinged
  }

  publishPing(process: Process): Promise<void> {
    return this.#world.call(process, 'PutMetricData', this.#pinged)
  }

  #doors(process: Process): ManagerDoors {
    const world = this.#world
    return {
      stack: STACK,
      settings: world.settings,
      table: world.bugs.table(world.table(process)),
      ecs: world.bugs.ecs(this.#ecs.door(process), world.newId),
      publicIpOf: eni => world.call(process, 'DescribeNetworkInterfaces', () => `ip of ${eni}`),
      publishPing: () => this.publishPing(process),
      newId: world.newId,
      now: () => world.now(process),
      sleep: seconds => world.sleep(process, seconds),
      log: ({ message }) => world.say(`${process.name}: ${message}`),
      port: 8000,
      addressSeconds: 2,
    }
  }

  /** A request through the API; null when nobody answers, be it that the function died. */
  async ask(method: string, action: string): Promise<Answer | null> {
    const world = this.#world
    if (world.time.now >= this.deadAt) return null
    const process = world.process(`manager(${action})`)
    const event = {
      rawQueryString: `action=${action}`,
      queryStringParameters: { action },
      requestContext: { http: { method, sourceIp: '192.0.2.1', userAgent: 'user' } },
    }
    const work = manageTask(event, { mode: 'none' }, this.#doors(process))
    const answer = await Promise.race([work, world.sleep(ALWAYS, 29).then(() => null)])
    // API Gateway gives up, and Lambda ends the function.
    process.alive = false
    world.say(`${process.name} answers ${answer === null ? null : (answer as HttpResponse).body}`)
    if (answer === null) return null
    const { statusCode, body } = answer as HttpResponse
    const told = JSON.parse(body) as Answer
    if (![200, 500, 503].includes(statusCode) || typeof told.message !== 'string')
      world.violate('clear answers', `${action} was answered ${statusCode} ${body}`)
    return told
  }

  /** An asynchronous invocation of the monitor: tried again twice when it throws. */
  async tell(what: string, event: object): Promise<void> {
    const world = this.#world
    for (const pause of [...RETRY_SECONDS, 0]) {
      if (world.time.now >= this.deadAt) return
      const process = world.process(`monitor(${what})`)
      const work = monitorTask(event, PLACE, this.#doors(process)).then(
        () => true,
        () => false,
      )
      if (await Promise.race([work, world.sleep(ALWAYS, 60).then(() => false)])) return
      process.alive = false
      await world.sleep(ALWAYS, pause)
    }
  }

  /** A message to the monitor over a network that loses, doubles and delays. */
  send(what: string, event: object): void {
    const { random, time, weather } = this.#world
    if (random.chance(weather.messageLost)) return
    const copies = random.chance(weather.messageTwice) ? 2 : 1
    for (let copy = 0; copy < copies; copy += 1)
      time.after(random.between(0.05, weather.messageLateSeconds), () => void this.tell(what, event))
  }
}

const ALWAYS: Process = { name: 'time', skewSeconds: 0, alive: true, died: () => {} }
