import type { Stop } from './end.ts'
import type { EndedTask } from './ended.ts'
import type { Failure } from './task.ts'

const IMAGE = /CannotPull|ImageManifest|pull image|manifest unknown|ResourceInitializationError/i
const CAPACITY = /capacity is unavailable/i
const INTERRUPTED = ['SpotInterruption', 'TerminationNotice']

/** Why a task that nobody of ours had stopped is over, from ECS's `stopCode`, reasons and exit codes. */
export const explainEnd = (end: EndedTask, wasReady: boolean): Omit<Stop, 'by'> => {
  const said = end.reason ?? 'ECS gave no reason.'
  if (!wasReady) {
    const { failure, reason } = failedStart(end, said)
    return { cause: 'failed-start', failure, reason }
  }
  if (INTERRUPTED.includes(end.stopCode ?? ''))
    return { cause: 'interrupted', failure: null, reason: `AWS took the machine back: ${said}` }
  const exit = badExit(end)
  return { cause: 'ended', failure: null, reason: exit ?? `The task ended: ${said}` }
}

const failedStart = (end: EndedTask, said: string): { failure: Failure; reason: string } => {
  const all = [said, ...end.containerReasons]
  const matching = (pattern: RegExp) => all.find(text => pattern.test(text))
  const image = matching(IMAGE)
  if (image !== undefined) return { failure: 'image', reason: `The image could not be pulled: ${image}` }
  const capacity = matching(CAPACITY) ?? (INTERRUPTED.includes(end.stopCode ?? '') ? said : undefined)
  if (capacity !== undefined)
    return { failure: 'capacity', reason: `AWS has no capacity for it at the moment: ${capacity}` }
  const { restore = 0 } = end.exitCodes
  if (restore !== 0)
    return {
      failure: 'database',
      reason: `The database could not be restored (exit code ${restore}), so the app was not started.`,
    }
  return { failure: 'app', reason: badExit(end) ?? `The task ended before the app was ready: ${said}` }
}

/** The first container that ended badly. 143 is SIGTERM: those were only told to go. */
const badExit = ({ exitCodes, containerReasons }: EndedTask): string | null => {
  const [name, code] = Object.entries(exitCodes).find(([, code]) => code !== 0 && code !== 143) ?? []
  if (name === undefined) return null
  const detail = containerReasons.find(text => /OutOfMemory/i.test(text))
  return `Container ${name} ended with exit code ${code}${detail === undefined ? '' : ` (${detail})`}.`
}
