import type { StateValue } from '@aws-sdk/client-cloudwatch'

/** What an alarm looks at when it is evaluated. */
export interface Evidence {
  /** One for each period of the evaluation range, oldest first; null where there is no data. */
  readonly values: readonly (number | null)[]
  readonly evaluationPeriods: number
  readonly datapointsToAlarm: number
  readonly missingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing'
  breaches(value: number): boolean
}

/** An index into the values, and whether it counts as breaching. */
export interface Verdict {
  /** Null: the alarm stays as it is. */
  readonly state: StateValue | null
  /** Indexes of the values that decided, oldest first. */
  readonly counted: readonly number[]
  /** How many missing ones were counted as the alarm's rule for missing data says. */
  readonly filled: number
}

/** CloudWatch fetches more periods than it evaluates; how many more is not published, two fits what was seen. */
const EXTRA_PERIODS = 2

export const rangeOf = (evaluationPeriods: number): number => evaluationPeriods + EXTRA_PERIODS

/**
 * Which state the data means (CloudWatch guide, "Configuring how CloudWatch alarms treat missing data"): with enough
 * real data in the range only the newest of it counts; with less, all of it counts and the rest is filled.
 */
export const judge = (evidence: Evidence): Verdict => {
  const { values, evaluationPeriods, datapointsToAlarm: needed, missingData, breaches } = evidence
  const real = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]))
  const counted = real.slice(-evaluationPeriods)
  const indexes = counted.map(({ index }) => index)
  const breaching = counted.filter(({ value }) => breaches(value))
  const missing = evaluationPeriods - counted.length
  const told = (state: StateValue | null, filled = 0): Verdict => ({ state, counted: indexes, filled })
  const byCount = (count: number, filled: number) => told(count >= needed ? 'ALARM' : 'OK', filled)

  if (missing === 0) return byCount(breaching.length, 0)
  if (missingData === 'breaching') return byCount(breaching.length + missing, missing)
  if (missingData === 'notBreaching') return byCount(breaching.length, missing)
  if (counted.length === 0) return told(missingData === 'ignore' ? null : 'INSUFFICIENT_DATA', missing)
  if (breaching.length >= needed) return told('ALARM')
  if (breaching.length < counted.length) return told('OK')
  // Nothing but breaching data, too little of it: an alarm only once the first of it is old enough.
  const age = values.length - (breaching[0]?.index ?? 0)
  return told(missingData === 'missing' && age >= needed ? 'ALARM' : null, missing)
}

/** Throws for an operator of anomaly detection, which needs a band. */
export const comparison = (operator: string, threshold: number): ((value: number) => boolean) => {
  const tests: Readonly<Record<string, (value: number) => boolean>> = {
    GreaterThanThreshold: value => value > threshold,
    GreaterThanOrEqualToThreshold: value => value >= threshold,
    LessThanThreshold: value => value < threshold,
    LessThanOrEqualToThreshold: value => value <= threshold,
  }
  const test = tests[operator]
  if (!test) throw new NotEvaluated(operator)
  return test
}

/** The alarm asks for something that is not computed here; it keeps its state. */
export class NotEvaluated extends Error {
  override readonly name = 'NotEvaluated'
  constructor(what: string) {
    super(`the embedded AWS does not compute ${what}`)
  }
}
