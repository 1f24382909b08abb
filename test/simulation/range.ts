import { runSchedule } from './schedule.ts'
import { type Bugs, NO_BUGS, type Violation } from './world.ts'

export interface Found {
  readonly seed: number
  readonly violation: Violation
}

export interface Summary {
  readonly schedules: number
  readonly found: readonly Found[]
  readonly seen: readonly string[]
}

/** Runs the schedules of `count` seeds from `first` on; stops at the `most`th violation. */
export const runRange = async (
  first: number,
  count: number,
  most: number,
  bugs: Bugs = NO_BUGS,
): Promise<Summary> => {
  const found: Found[] = []
  const seen = new Set<string>()
  let schedules = 0
  for (let seed = first; seed < first + count && found.length < most; seed += 1) {
    const told = await runSchedule(seed, bugs)
    schedules += 1
    for (const what of told.seen) seen.add(what)
    if (told.violation) found.push({ seed, violation: told.violation })
  }
  return { schedules, found, seen: [...seen] }
}

/** What to type to see a violation again, with all that led to it. */
export const replayOf = ({ seed, violation }: Found): string =>
  `${violation.rule}: ${violation.detail} (after ${violation.at.toFixed(3)} s). Replay: SEED=${seed} npx vitest run test/simulation/simulation.test.ts`
