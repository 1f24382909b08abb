import { manageTask } from '../src/runtime/lambdas/manageTask.ts'
import { monitorTask } from '../src/runtime/lambdas/monitorTask.ts'
import { freshAws, openWorld } from '../test/acceptance/liveStack.ts'
import { stackOnAws } from '../test/runtime/lambdas/stackOnAws.ts'
import type { Section } from './report.ts'

const SWEEP = { source: 'aws.events', 'detail-type': 'Scheduled Event' }

/** Which calls the task manager and the task monitor make of AWS for what they are asked. */
export const callsPerRequest = async (): Promise<Section> => {
  let calls: string[] = []
  const aws = await freshAws(({ operation }, phase) => {
    if (phase === 'before') calls.push(operation)
    return undefined
  })
  const { session } = openWorld(aws.endpoint, 'us-east-1')
  try {
    const stack = await stackOnAws(session, aws.endpoint, 'bench')
    type Doors = ReturnType<typeof stack.doors>
    const row = async (what: string, laterSeconds: number, work: (doors: Doors) => Promise<unknown>) => {
      const { now } = stack.doors()
      const doors = stack.doors({ now: () => now() + laterSeconds })
      calls = []
      await work(doors)
      return { what, value: calls.length, unit: 'calls', limit: null, note: calls.toSorted().join(', ') }
    }
    const manager = (action: string) => (doors: Doors) => manageTask({ action }, { mode: 'none' }, doors)
    const sweep = (doors: Doors) => monitorTask(SWEEP, stack.place, doors)
    return {
      title: 'Calls to AWS by what the functions are asked',
      rows: [
        await row('sweep while nothing runs', 0, sweep),
        await row('status', 0, manager('status')),
        await row('start', 0, manager('start')),
        await row('start of what starts already', 1, manager('start')),
        await row('ping', 2, manager('ping')),
        await row('sweep while a task runs', 3, sweep),
      ],
    }
  } finally {
    session.close()
    await aws.close()
  }
}
