import type { Ecs } from '../../src/runtime/lambdas/doors.ts'
import type { Item } from '../../src/runtime/lifecycle/item.ts'
import type { TaskTable, Write } from '../../src/runtime/lifecycle/store.ts'
import { type Random, randomOf } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { clear, type Weather, weatherOf } from './weather.ts'

/** A rule of the design that was broken, and when (seconds since the schedule began). */
export interface Violation {
  readonly rule: string
  readonly at: number
  readonly detail: string
}

/** Something that runs and may die at each of its calls: an invocation of a function, or a task's agent. */
export interface Process {
  readonly name: string
  readonly skewSeconds: number
  alive: boolean
  /** What its death brings about. */
  readonly died: () => void
}

/** Bugs to be planted: what stands between the shipped code and the world. */
export interface Bugs {
  readonly table: (table: TaskTable) => TaskTable
  readonly agentTable: (table: TaskTable) => TaskTable
  readonly ecs: (ecs: Ecs, newId: () => string) => Ecs
  /** Stoppers that never run, whatever the weather says. */
  readonly noStopper: boolean
}

export const NO_BUGS: Bugs = {
  table: table => table,
  agentTable: table => table,
  ecs: ecs => ecs,
  noStopper: false,
}

export const EPOCH = 1_800_000_000

type Fate = 'succeeds' | 'dies before' | 'dies after' | 'fails' | 'is lost' | 'repeats'

const fateOf = (random: Random, { crash, fail, lost, repeat }: Weather): Fate => {
  const drawn = random.next()
  if (drawn < crash / 2) return 'dies before'
  if (drawn < crash) return 'dies after'
  if (drawn < crash + fail) return 'fails'
  if (drawn < crash + fail + lost) return 'is lost'
  return drawn < crash + fail + lost + repeat ? 'repeats' : 'succeeds'
}

/** What all actors of one schedule share: time, chance, weather, the item, and the rules that were broken. */
export class World {
  readonly random: Random
  readonly time = new Scheduler(EPOCH)
  readonly bugs: Bugs
  readonly trace: ((line: string) => void) | null
  weather: Weather
  item: Item = {}
  violation: Violation | null = null
  /** What came to pass, in words. */
  readonly seen = new Set<string>()
  #watchers: ((before: Item, after: Item, write: Write) => void)[] = []
  #ids = 0

  constructor(seed: number, bugs: Bugs, trace: ((line: string) => void) | null) {
    this.random = randomOf(seed)
    this.weather = weatherOf(this.random)
    this.bugs = bugs
    this.trace = trace
  }

  get settings() {
    return this.weather.settings
  }

  newId = (): string => String(this.#ids++)

  clearUp(): void {
    this.weather = clear(this.weather)
  }

  say(text: string): void {
    this.trace?.(`${(this.time.now - EPOCH).toFixed(3).padStart(9)} ${text}`)
  }

  /** Notes the first broken rule; the rest follows from it. */
  violate(rule: string, detail: string): void {
    this.say(`VIOLATION ${rule}: ${detail}`)
    this.violation ??= { rule, at: this.time.now - EPOCH, detail }
  }

  process(name: string, died: () => void = () => {}): Process {
    const { skewSeconds } = this.weather
    return { name, skewSeconds: this.random.between(-skewSeconds, skewSeconds), alive: true, died }
  }

  now(process: Process): number {
    return this.time.now + process.skewSeconds
  }

  sleep(process: Process, seconds: number): Promise<void> {
    return new Promise(resolve => this.time.after(seconds, () => process.alive && resolve()))
  }

  /** Seconds that a call, or its answer, is under way. */
  delay(): number {
    const { slow, slowestSeconds } = this.weather
    return this.random.chance(slow)
      ? this.random.between(0.1, slowestSeconds)
      : this.random.between(0.002, 0.08)
  }

  /**
   * A call over the network: `effect` happens some time later, if at all, and the answer comes later still, if at all.
   * A process that dies never hears of it.
   */
  call<T>(process: Process, what: string, effect: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!process.alive) return
      const { time } = this
      const fate = fateOf(this.random, this.weather)
      if (fate === 'dies before') return this.#die(process, what, 'before')
      const later = (run: () => void) => time.after(this.delay(), () => process.alive && run())
      const happen = () => {
        if (!process.alive) return
        if (fate === 'fails') return later(() => reject(new Error(`${what} failed`)))
        const answer = effect()
        if (fate === 'dies after') return this.#die(process, what, 'after')
        if (fate === 'is lost') return later(() => reject(new Error(`${what}: no answer`)))
        if (fate === 'repeats')
          return time.after(this.delay(), () => process.alive && later(() => resolve(effect())), true)
        later(() => resolve(answer))
      }
      time.after(this.delay(), happen, true)
    })
  }

  #die(process: Process, what: string, when: string): void {
    this.say(`${process.name} dies ${when} ${what}`)
    process.alive = false
    process.died()
  }

  /** Sees each write that took effect. */
  watch(watcher: (before: Item, after: Item, write: Write) => void): void {
    this.#watchers.push(watcher)
  }

  /** The item behind a process's network, with DynamoDB's semantics: all conditions hold, or nothing is written. */
  table(process: Process): TaskTable {
    return {
      read: () => this.call(process, 'read', () => this.item),
      write: write => this.call(process, 'write', () => this.#write(process, write)),
    }
  }

  #write(process: Process, write: Write): Item | null {
    const before = this.item
    for (const field in write.expect) if ((before[field] ?? null) !== write.expect[field]) return before
    const after: Record<string, Item[string]> = { ...before }
    for (const field in write.set) {
      const value = write.set[field] ?? null
      if (value === null) delete after[field]
      else after[field] = value
    }
    this.item = after
    if (this.trace)
      this.say(`${process.name} writes ${JSON.stringify({ ...write.set, sessions: undefined })}`)
    for (const watcher of this.#watchers) watcher(before, after, write)
    return null
  }
}
