import type { Shell } from '../shell.ts'
import { type InFlight, inFlightAfter } from './inFlight.ts'
import { lastingLine, workLine } from './lines.ts'
import type { Progress } from './progress.ts'

/** Some CI systems end jobs that say nothing. */
const HEARTBEAT_MS = 30_000

/** One line for each thing that is finished, and heartbeats while something takes long. */
export const plainProgress = (shell: Shell): Progress => {
  let inFlight: InFlight = new Map()
  const heartbeat = setInterval(() => {
    for (const work of inFlight.values()) shell.say(`still ${workLine(work, shell.host.now())}`)
  }, HEARTBEAT_MS)
  heartbeat.unref()
  return {
    report(event) {
      inFlight = inFlightAfter(inFlight, event, shell.host.now())
      const line = lastingLine(event, shell.sayColours)
      if (line !== null) shell.say(line)
    },
    close: () => clearInterval(heartbeat),
  }
}
