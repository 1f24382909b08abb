import { eventOf, faultOf } from '../print/error.ts'
import type { Shell } from '../shell.ts'
import type { Progress } from './progress.ts'

/** Each event as one line of JSON on stdout, with its time. */
export const jsonProgress = (shell: Shell): Progress => ({
  report(event) {
    const time = new Date(shell.host.now()).toISOString()
    if (event.type !== 'failed') shell.emit({ time, ...event })
    else shell.emit({ time, ...event, error: eventOf(faultOf(event.error, shell, { profile: null })) })
  },
  close() {},
})
