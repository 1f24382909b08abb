import type { Settings } from '../../src/runtime/lifecycle/settings.ts'
import type { Random } from './random.ts'

/** What never works in a schedule: each of the three stoppers, or all functions from some moment on. */
export type Broken = 'alarm' | 'sweep' | 'agent' | 'lambdas'

/** Alarms come on edges only and may be lost: of the three, that one alone cannot promise anything. */
const BREAKDOWNS: readonly [readonly Broken[], ...(readonly Broken[])[]] = [
  [],
  [],
  [],
  ['alarm'],
  ['sweep'],
  ['agent'],
  ['lambdas'],
  ['alarm', 'sweep'],
  ['alarm', 'agent'],
]

/** How bad a schedule is: probabilities for each call or message, all drawn from the seed. */
export interface Weather {
  readonly broken: readonly Broken[]
  readonly settings: Settings
  /** A process dies at a call, before or after it took effect. */
  readonly crash: number
  /** A call is refused (throttled, 5xx) or never arrives. */
  readonly fail: number
  /** A call takes effect and its answer is lost. */
  readonly lost: number
  /** A call takes effect, its answer is lost and the client asks again. */
  readonly repeat: number
  /** A call or an answer takes seconds rather than milliseconds. */
  readonly slow: number
  readonly slowestSeconds: number
  readonly messageLost: number
  readonly messageTwice: number
  readonly messageLateSeconds: number
  /** A task does not come up: no image, no capacity, no health. */
  readonly badTask: number
  readonly refusedTask: number
  /** A task dies by itself, for each minute. */
  readonly taskDies: number
  /** An agent stands still for minutes and goes on. */
  readonly pause: number
  readonly skewSeconds: number
}

/** Half the schedules are mild: bugs in the ordinary course would drown in a storm. */
export const weatherOf = (random: Random): Weather => {
  const storm = random.chance(0.5)
  const upTo = (most: number) => (storm && random.chance(0.6) ? random.between(0, most) : 0)
  const maxLifetimeSeconds = random.chance(0.2) ? 200 : 3600
  return {
    broken: random.pick<readonly Broken[]>(BREAKDOWNS),
    settings: {
      lifetimeSeconds: random.pick([30, 60, 90]),
      maxLifetimeSeconds,
      startDeadlineSeconds: random.pick([40, 60, 100]),
      spot: random.chance(0.3),
    },
    crash: upTo(0.03),
    fail: upTo(0.1),
    lost: upTo(0.05),
    repeat: upTo(0.1),
    slow: random.chance(0.5) ? random.between(0, 0.3) : 0.01,
    slowestSeconds: random.pick([2, 5, 30]),
    messageLost: upTo(0.4),
    messageTwice: upTo(0.5),
    messageLateSeconds: random.pick([1, 5, 120]),
    badTask: random.chance(0.3) ? random.between(0, 0.7) : 0,
    refusedTask: random.chance(0.3) ? random.between(0, 0.7) : 0,
    taskDies: random.chance(0.3) ? random.between(0, 0.3) : 0,
    pause: upTo(0.05),
    skewSeconds: random.chance(0.5) ? 4 : 0,
  }
}

/** What the weather clears up to: everything that is left undone must then be made good. */
export const clear = (weather: Weather): Weather => ({
  ...weather,
  crash: 0,
  fail: 0,
  lost: 0,
  repeat: 0,
  slow: 0,
  messageLost: 0,
  messageTwice: 0,
  messageLateSeconds: 1,
  badTask: 0,
  refusedTask: 0,
  taskDies: 0,
  pause: 0,
})
