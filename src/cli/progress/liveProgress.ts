import type { Shell } from '../shell.ts'
import { type InFlight, inFlightAfter } from './inFlight.ts'
import { lastingLine, workLine } from './lines.ts'
import type { Progress } from './progress.ts'

const REDRAW_MS = 250
/** A footer taller than the window would scroll itself away. */
const MOST_LINES = 6

/** Goes up `lines` lines and clears all below. */
const erase = (lines: number): string => (lines === 0 ? '' : `\x1b[${lines}A\x1b[J`)

/** Finished work scrolls up as lines; below them a small footer shows what is in flight. */
export const liveProgress = (shell: Shell): Progress => {
  const { stderr, now } = shell.host
  let inFlight: InFlight = new Map()
  let drawn = 0
  const footer = (): string[] => {
    const works = [...inFlight.values()].sort((a, b) => a.startedMs - b.startedMs)
    const lines = works.slice(0, MOST_LINES).map(work => workLine(work, now()))
    if (works.length > MOST_LINES) lines.push(`and ${works.length - MOST_LINES} more`)
    // A line that wraps would make the footer taller than was counted.
    const width = Math.max(20, (stderr.columns || 80) - 1)
    return lines.map(line => shell.sayColours.dim(line.slice(0, width)))
  }
  const draw = (above: string | null): void => {
    const lines = footer()
    const text = [...(above === null ? [] : [above]), ...lines].map(line => `${line}\n`).join('')
    stderr.write(`${erase(drawn)}${text}`)
    drawn = lines.length
  }
  const ticking = setInterval(() => draw(null), REDRAW_MS)
  ticking.unref()
  return {
    report(event) {
      inFlight = inFlightAfter(inFlight, event, now())
      draw(lastingLine(event, shell.sayColours))
    },
    close() {
      clearInterval(ticking)
      inFlight = new Map()
      draw(null)
    },
  }
}
