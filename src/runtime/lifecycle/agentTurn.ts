import { heartbeat, isMine, type Me, type Standing, type Use } from './agent.ts'
import type { Settings } from './settings.ts'
import { type Step, step } from './step.ts'
import { stopIfDue } from './stop.ts'
import { change, type TaskTable } from './store.ts'
import type { Task } from './task.ts'

/** A lease that could not be renewed for so long may be somebody else's soon: nothing more may be written to it. */
const FREEZE_AFTER_SECONDS = 25
const LEAVE_AFTER_SECONDS = 300

/** What the agent is to do until its next turn. */
export type Turn =
  | { readonly act: 'serve' }
  /** Keep the app from writing: whether the task still is the current one cannot be seen. */
  | { readonly act: 'freeze'; readonly why: string }
  /**
   * End the task. `mayStore`: as far as one knows its state may still become the database's head. `ecsKnows`: somebody
   * else decided it, and tells ECS.
   */
  | {
      readonly act: 'stop'
      readonly why: string
      readonly mayStore: boolean
      readonly ecsKnows: boolean
    }

/** What the item tells an agent to do, apart from whether its time is up. */
export const verdict = (task: Task, me: Me): Turn => {
  const mayStore = isMine(task, me)
  if (!mayStore)
    return {
      act: 'stop',
      why: `Generation ${task.generation} has taken over from ${me.generation}.`,
      mayStore,
      ecsKnows: false,
    }
  if (task.state === 'ASLEEP' || task.state === 'STOPPING')
    return { act: 'stop', why: task.stopReason ?? '', mayStore, ecsKnows: task.stoppedBy !== 'agent' }
  return { act: 'serve' }
}

/** What to do when the table has not answered for so long, by the agent's own steady clock. */
export const withoutTable = (silentSeconds: number): Turn => {
  const why = `The table has not answered for ${Math.round(silentSeconds)} s.`
  if (silentSeconds > LEAVE_AFTER_SECONDS) return { act: 'stop', why, mayStore: true, ecsKnows: false }
  return silentSeconds > FREEZE_AFTER_SECONDS ? { act: 'freeze', why } : { act: 'serve' }
}

export interface AgentTools {
  readonly table: TaskTable
  readonly newId: () => string
  /** Epoch seconds. */
  readonly now: () => number
  /** Since the last turn in which the table answered, by a clock that never jumps. */
  readonly silentSeconds: () => number
  /** Publishes TaskPing, so that the alarm knows of uses that are no pings. May fail. */
  readonly publishPing: () => Promise<void>
  readonly settings: Settings
  /** How long after its time the task is left to alarm and sweep before the agent stops it. */
  readonly graceSeconds: number
}

/** The heartbeat, and the end when the time is up: decided in one, so that a ping in between wins. */
export const turn = (
  task: Task,
  me: Me,
  use: Use,
  now: number,
  { settings, graceSeconds }: Pick<AgentTools, 'settings' | 'graceSeconds'>,
): Step<Standing> => {
  const beat = heartbeat(task, me, use, now, settings)
  if (beat.outcome !== 'alive') return beat
  const due = stopIfDue(beat.task, { by: 'agent', graceSeconds }, now, settings)
  return due.outcome === 'stopped' ? step(due.task, 'stopping') : beat
}

/**
 * One turn of an agent, to be taken every few seconds: tells the table that it lives and is used, and learns what to do.
 * This is the stopper that needs no Lambda. Never throws.
 */
export const takeTurn = async (me: Me, use: Use, tools: AgentTools): Promise<Turn> => {
  const { table, newId, now } = tools
  try {
    const { task, effects } = await change(table, newId, task => turn(task, me, use, now(), tools))
    if (effects.length > 0) await tools.publishPing().catch(() => undefined)
    return verdict(task, me)
  } catch {
    return withoutTable(tools.silentSeconds())
  }
}
