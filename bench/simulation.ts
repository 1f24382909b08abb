import { availableParallelism } from 'node:os'
import { onAllCores } from '../test/simulation/onAllCores.ts'
import type { Section } from './report.ts'

const SCHEDULES = 100_000
/** Seeds that no test runs. */
const FIRST_SEED = 5_000_000

/** How long the lifecycle's rules take to check over many schedules, and how many break one. */
export const simulation = async (): Promise<Section> => {
  const startedMs = performance.now()
  const parts = await onAllCores(FIRST_SEED, SCHEDULES)
  const seconds = (performance.now() - startedMs) / 1000
  const note = `on ${availableParallelism()} threads`
  const violations = parts.flatMap(({ found }) => found).length
  return {
    title: 'Simulated lives of a task',
    rows: [
      { what: `${SCHEDULES.toLocaleString('en')} schedules`, value: seconds, unit: 's', limit: 120, note },
      { what: 'schedules that break a rule', value: violations, unit: '', limit: 0, note: '' },
    ],
  }
}
