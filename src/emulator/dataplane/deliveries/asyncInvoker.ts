import { AwsError, type Call } from '../../service.ts'
import { type AsyncInvocation, asyncTable } from '../../services/lambda/asyncQueue.ts'
import { lookUpFunction } from '../../services/lambda/functionRow.ts'
import { mayInvoke } from '../mayInvoke.ts'
import type { Surroundings } from '../surroundings.ts'
import { openTimetable, type Timetable } from '../timetable.ts'
import { nextTry, type Outcome } from './nextTry.ts'

/** Works off the queue of events for functions in every region; what cannot be delivered is logged and dropped. */
export const openAsyncInvoker = (around: Surroundings): Timetable => {
  const { callOf, regionsWith, log, report } = around
  const inFlight = new Map<string, Promise<void>>()
  let closing = false

  const waiting = (): { region: string; invocation: AsyncInvocation }[] =>
    regionsWith('lambda', 'asyncInvocations').flatMap(region =>
      asyncTable(callOf('lambda', region))
        .values()
        .filter(({ id }) => !inFlight.has(id))
        .map(invocation => ({ region, invocation })),
    )

  const deliver = async (region: string, invocation: AsyncInvocation): Promise<void> => {
    const outcome = await tryOnce(callOf('lambda', region), invocation)
    // The function was ended with the emulator: the event waits for the next start.
    if (closing && outcome !== 'done') return
    const call = callOf('lambda', region)
    const held = lookUpFunction(call, invocation.functionName)
    const { retries = null, maxAgeSeconds = null } = held?.asyncConfig ?? {}
    const again = held ? nextTry(invocation, outcome, { retries, maxAgeSeconds }, call.now) : null
    if (again) asyncTable(call).set(again.id, again)
    else asyncTable(call).delete(invocation.id)
    if (!again && outcome !== 'done')
      log(`${invocation.functionName} was not reached: an event it was to get was ${outcome} and is given up`)
  }

  const startDue = async (): Promise<void> => {
    for (const { region, invocation } of waiting()) {
      if (invocation.dueAt > callOf('lambda', region).now) continue
      const delivery = deliver(region, invocation)
        .catch(report)
        .finally(() => {
          inFlight.delete(invocation.id)
          timetable.stir()
        })
      inFlight.set(invocation.id, delivery)
    }
  }

  const timetable = openTimetable(
    { now: () => callOf('lambda', 'us-east-1').now, pace: around.pace, report },
    () => {
      const times = waiting().map(({ invocation }) => invocation.dueAt)
      return times.length === 0 ? null : Math.min(...times)
    },
    startDue,
  )
  return {
    stir: timetable.stir,
    async close() {
      closing = true
      await timetable.close()
      await Promise.all(inFlight.values())
    },
  }
}

/** Whoever asks must be let in by the function's policy. */
const tryOnce = async (call: Call, { functionName, caller, event }: AsyncInvocation): Promise<Outcome> => {
  const row = lookUpFunction(call, functionName)
  if (!row) return 'refused'
  if (caller && !mayInvoke(row, call.account, caller.sourceArn, caller.principal)) return 'refused'
  try {
    return (await call.invoke(functionName, event)).failed ? 'failed' : 'done'
  } catch (error) {
    if (error instanceof AwsError) return error.status === 429 ? 'refused' : 'failed'
    throw error
  }
}
