import type { Item } from '../../src/runtime/lifecycle/item.ts'
import { taskOf } from '../../src/runtime/lifecycle/item.ts'
import type { AgentActor } from './agentActor.ts'
import type { EcsModel } from './ecsModel.ts'
import type { World } from './world.ts'

/** From which state one may come to which. A new generation may begin from any but READY. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  ASLEEP: ['STARTING'],
  STARTING: ['STARTING', 'READY', 'STOPPING', 'ASLEEP'],
  READY: ['STOPPING', 'ASLEEP'],
  STOPPING: ['ASLEEP', 'STARTING'],
}

/** Judges every write on the item by the rules of the design. */
export const judgeWrites = (world: World, ecs: EcsModel, agents: AgentActor): void =>
  world.watch((before, after, { set }) => {
    if (typeof set['head'] === 'string') return agents.stored(Number(set['head'].split('/')[0]), after)
    judge(world, ecs, before, after)
  })

const judge = (world: World, ecs: EcsModel, beforeItem: Item, afterItem: Item): void => {
  if (beforeItem['state'] === afterItem['state'] && beforeItem['generation'] === afterItem['generation'])
    return
  const before = taskOf(beforeItem)
  const after = taskOf(afterItem)
  const turned = after.generation !== before.generation
  if (turned && (after.generation !== before.generation + 1 || after.state !== 'STARTING'))
    world.violate(
      'generations only count',
      `from ${before.generation} to ${after.generation}, ${after.state}`,
    )
  if (before.state !== after.state && !LEGAL[before.state]?.includes(after.state))
    world.violate('legal transitions', `from ${before.state} to ${after.state}`)

  const over = before.state !== 'ASLEEP' && (after.state === 'ASLEEP' || turned)
  if (over) {
    const [latest] = after.sessions
    if (latest)
      world.seen.add(`ends: ${latest.stopCause}${latest.failure === null ? '' : `, ${latest.failure}`}`)
    if (turned && before.state === 'STARTING') world.seen.add('falls back from Spot')
    if (turned && before.state === 'STOPPING') world.seen.add('starts again')
    const [session] = after.sessions
    const told = session?.generation === before.generation || before.capacity === 'FARGATE_SPOT'
    if (!told || (session && (session.stopReason === '' || session.stopCause === null)))
      world.violate('every stop has a cause', `generation ${before.generation} ended without one`)
    const task = before.taskArn === null ? undefined : ecs.tasks.get(before.taskArn)
    if (task && task.status !== 'STOPPED')
      world.violate('asleep when gone', `generation ${before.generation} was given up while it runs`)
  }
  if (after.state === 'STOPPING' && before.state !== 'STOPPING') {
    world.seen.add(`stopped by ${after.stoppedBy}: ${after.stopCause}`)
    if (!after.stopReason || !after.stopCause)
      world.violate('every stop has a cause', `generation ${after.generation} stops without one`)
    // The stopper's clock may be ahead of the pinger's by twice the skew at most, which the margin covers.
    if (after.stopCause === 'idle' && (before.expiresAt ?? 0) > world.time.now)
      world.violate(
        'nobody is stopped while expires_at lies ahead',
        `${((before.expiresAt ?? 0) - world.time.now).toFixed(1)} s early, by ${after.stoppedBy}`,
      )
  }
}
