import type { Report, Verb } from '../engine/events.ts'
import type { Phase, PhaseName } from './phases.ts'

const WORDS: Readonly<Record<PhaseName, { id: string; verb: Verb; usuallySeconds: number }>> = {
  schedule: { id: 'task', verb: 'place', usuallySeconds: 15 },
  pull: { id: 'image', verb: 'pull', usuallySeconds: 15 },
  database: { id: 'database', verb: 'restore', usuallySeconds: 5 },
  app: { id: 'app', verb: 'boot', usuallySeconds: 5 },
}

/** Reports each phase once when it begins and once when it ends, however often it is told of them. */
export const tellPhases = (report: Report): ((phases: readonly Phase[]) => void) => {
  const begun = new Set<PhaseName>()
  const over = new Set<PhaseName>()
  return phases => {
    for (const { name, startMs, endMs } of phases) {
      const { id, verb, usuallySeconds } = WORDS[name]
      if (!begun.has(name)) report({ type: 'started', id, verb, usuallySeconds })
      begun.add(name)
      if (endMs === null || over.has(name)) continue
      over.add(name)
      report({ type: 'done', id, verb, durationMs: endMs - startMs })
    }
  }
}
