import { dueAt } from '../lifecycle/due.ts'
import { ended } from '../lifecycle/ended.ts'
import { generationOf } from '../lifecycle/startedBy.ts'
import { stopIfDue, stopNow } from '../lifecycle/stop.ts'
import { change } from '../lifecycle/store.ts'
import type { Doors } from './doors.ts'
import { perform } from './perform.ts'
import { sweep } from './sweep.ts'
import { type Place, type Wake, wakesOf } from './wake.ts'

/**
 * Acts on one event. Alarms and sweeps are only reasons to look: what is stopped, the table decides. Throws what
 * failed, so that Lambda tries again; everything here may happen twice.
 */
export const monitorTask = async (event: unknown, place: Place, doors: Doors): Promise<void> => {
  for (const wake of wakesOf(event, place)) await attend(wake, doors)
}

const attend = async (wake: Wake, doors: Doors): Promise<void> => {
  const { table, newId, now, settings, stack, log } = doors
  switch (wake.kind) {
    case 'alarm':
      return alarmed(wake.name, doors)
    case 'sweep':
      log({ level: 'info', message: 'sweeps' })
      return sweep(doors)
    case 'ended': {
      const end = { ...wake.end, generation: generationOf(stack, wake.startedBy) }
      const over = await change(table, newId, task => ended(task, end, now(), settings))
      const { taskArn, reason, exitCodes } = wake.end
      log({
        level: 'info',
        message: `a task ended: ${over.outcome}`,
        taskArn,
        reason,
        exitCodes,
        generation: over.task.generation,
      })
      await perform(over, doors)
      return
    }
    case 'stop': {
      const told = await change(table, newId, task => stopNow(task, wake, now()))
      log({
        level: 'info',
        message: `asked to stop: ${told.outcome}`,
        by: wake.by,
        generation: told.task.generation,
      })
      await perform(told, doors)
      return
    }
    default:
      log({ level: 'warn', message: 'woken by something unknown; nothing done', what: wake.what })
  }
}

/** Alarms come at the change only, so one that comes a moment too soon is not to be lost. */
const PATIENCE_SECONDS = 40

const alarmed = async (name: string, doors: Doors): Promise<void> => {
  const { table, newId, now, settings, log } = doors
  const look = () =>
    change(table, newId, task => stopIfDue(task, { by: 'alarm', graceSeconds: 0 }, now(), settings))
  let due = await look()
  const wait = (dueAt(due.task, settings) ?? Number.POSITIVE_INFINITY) - now()
  if (due.outcome === 'untouched' && wait < PATIENCE_SECONDS) {
    await doors.sleep(Math.max(0, wait) + 1)
    due = await look()
  }
  log({ level: 'info', message: `alarm ${name}: ${due.outcome}`, generation: due.task.generation })
  await perform(due, doors)
}
