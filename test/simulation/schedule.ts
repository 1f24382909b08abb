import { CLOCK_MARGIN_SECONDS } from '../../src/runtime/lifecycle/due.ts'
import { taskOf } from '../../src/runtime/lifecycle/item.ts'
import { AgentActor, GRACE_SECONDS } from './agentActor.ts'
import { EcsModel, endedEvent } from './ecsModel.ts'
import { Functions } from './functions.ts'
import { judgeWrites } from './rules.ts'
import type { Broken } from './weather.ts'
import { type Bugs, EPOCH, NO_BUGS, type Violation, World } from './world.ts'

const SWEEP_SECONDS = 100
const ALARM_PERIOD_SECONDS = 30
/** Messages, their retries and slow calls from before the weather cleared have all come by then. */
const LATEST_SECONDS = 200

export interface Told {
  readonly violation: Violation | null
  /** What came to pass, so that a simulation in which nothing happens is noticed. */
  readonly seen: ReadonlySet<string>
}

/** One life story of a backend, all drawn from `seed`; the same seed tells the same story. */
export const runSchedule = async (
  seed: number,
  bugs: Bugs = NO_BUGS,
  trace: ((line: string) => void) | null = null,
): Promise<Told> => {
  const world = new World(seed, bugs, trace)
  const { random, time, weather, settings } = world
  const works = (part: Broken) => !weather.broken.includes(part)
  trace?.(JSON.stringify(weather))

  let pingedAt = Number.NEGATIVE_INFINITY
  const ecs = new EcsModel(world, {
    up: task => {
      const ping = () => (task.agent ? functions.publishPing(task.agent) : Promise.resolve())
      void agents.live(task, ping)
    },
    gone: task => functions.send('ended', endedEvent(task)),
  })
  const functions = new Functions(world, ecs, () => {
    pingedAt = time.now
  })
  const agents = new AgentActor(world, ecs)
  judgeWrites(world, ecs, agents)

  const every = (seconds: number, work: () => void): void => {
    const again = () => {
      work()
      time.after(seconds, again)
    }
    time.after(random.between(0, seconds), again)
  }
  if (works('sweep') && !bugs.noStopper)
    every(SWEEP_SECONDS, () =>
      functions.send('sweep', { source: 'aws.events', 'detail-type': 'Scheduled Event' }),
    )
  let alarmed = true
  every(ALARM_PERIOD_SECONDS, () => {
    const periods = Math.ceil(settings.lifetimeSeconds / ALARM_PERIOD_SECONDS)
    const silent =
      time.now - pingedAt > periods * ALARM_PERIOD_SECONDS + random.between(0, ALARM_PERIOD_SECONDS)
    if (silent && !alarmed && works('alarm') && !bugs.noStopper) functions.send('alarm', ALARM)
    alarmed = silent
  })

  // People: some come at once, ask in their own rhythm, and leave.
  const busyUntil = EPOCH + random.between(60, 400)
  const people = random.pick([1, 1, 2, 3, 5] as const)
  const arrivals = random.chance(0.5) ? 0.05 : busyUntil - EPOCH
  const rhythm = random.between(10, 60)
  for (let person = 0; person < people; person += 1)
    time.after(random.between(0, arrivals), () => void visit(world, functions, busyUntil, rhythm))
  if (random.chance(0.15))
    time.after(random.between(20, busyUntil - EPOCH), () =>
      functions.send('stop', { action: 'stop', by: 'the owner' }),
    )
  if (random.chance(0.3))
    time.after(random.between(0, 400), () =>
      functions.send('nonsense', random.pick<object>([{ Records: [{}] }, { source: 'aws.ecs' }, {}])),
    )
  if (!works('lambdas')) functions.deadAt = EPOCH + random.between(10, busyUntil - EPOCH)

  const broke = () => world.violation !== null
  await time.run(busyUntil, broke)
  world.clearUp()
  // Once all is quiet and the last late message has come, nothing more can happen.
  const quietAt = time.now + LATEST_SECONDS
  const quiet = () => time.now > quietAt && world.item['state'] === 'ASLEEP' && ecs.living.length === 0
  await time.run(time.now + boundSeconds(world), () => broke() || quiet())
  await judgeEnd(world, ecs, functions)
  return { violation: world.violation, seen: world.seen }
}

/** Wakes the backend, then pings; a page that is told `stopped` or `failed` asks to start again. */
const visit = async (world: World, functions: Functions, until: number, rhythm: number): Promise<void> => {
  const { random, time } = world
  let action = 'start'
  while (time.now < until) {
    const answer = await functions.ask(random.pick(['GET', 'POST']), random.chance(0.1) ? 'status' : action)
    action = answer === null || answer.status === 'stopped' || answer.status === 'failed' ? 'start' : 'ping'
    if (random.chance(0.1)) return
    await new Promise<void>(resolve => time.after(random.between(0.2, 1.8) * rhythm, resolve))
  }
}

const ALARM = {
  Records: [{ Sns: { Message: JSON.stringify({ AlarmName: 'inactive', NewStateValue: 'ALARM' }) } }],
}

/**
 * How long after the last request everything must be gone, whichever stoppers are broken: a life that begins with
 * the last request, and one more for who came while it was stopping.
 */
const boundSeconds = ({ settings }: World): number => {
  const life = settings.startDeadlineSeconds + 2 * settings.lifetimeSeconds + 300
  const noticed = CLOCK_MARGIN_SECONDS + Math.max(GRACE_SECONDS, 2 * SWEEP_SECONDS) + 60
  const ends = 120 + 2 * SWEEP_SECONDS
  return 2 * (life + noticed + ends)
}

/** In the end nothing runs, the table knows it, and the backend can be woken. */
const judgeEnd = async (world: World, ecs: EcsModel, functions: Functions): Promise<void> => {
  if (world.violation !== null) return
  const { broken } = world.weather
  for (const task of ecs.living)
    world.violate('gone within the bound', `a task of generation ${task.generation} still runs`)
  if (broken.includes('lambdas')) return
  const { state } = taskOf(world.item)
  if (state !== 'ASLEEP' && !broken.includes('sweep'))
    world.violate('never for good', `the backend is ${state} for ever`)
  const broke = () => world.violation !== null
  // Longer than any pause after failed starts.
  await world.time.run(world.time.now + 150, broke)
  const asked = functions.ask('GET', 'start')
  await world.time.run(world.time.now + 60, broke)
  if (broke()) return
  const answer = await asked
  await world.time.run(world.time.now + 60, broke)
  if (answer?.status !== 'started' && state === 'ASLEEP')
    world.violate('can be woken', `start was answered ${JSON.stringify(answer)}`)
  if (state === 'ASLEEP' && !['READY', 'STOPPING', 'ASLEEP'].includes(taskOf(world.item).state))
    world.violate('can be woken', `the backend is ${taskOf(world.item).state} a minute later`)
}
