/** What an app says of being busy: until when, epoch seconds; null: not any more. */
export interface Busy {
  readonly until: number | null
}

/** A number above is one of milliseconds, which nobody means here: the year 5138. */
const LATEST_SECONDS = 100_000_000_000

const USAGE = 'Send {"until": …}: epoch seconds, a time such as "2026-11-26T18:00:00Z", or null for not busy.'

/** Reads the body of `PUT /busy`; a text says what is wrong with it. */
export const readBusy = (body: string): Busy | string => {
  let said: unknown
  try {
    said = JSON.parse(body)
  } catch {
    return `This is not JSON. ${USAGE}`
  }
  if (said === null || typeof said !== 'object' || !('until' in said)) return `There is no "until". ${USAGE}`
  const { until } = said
  if (until === null) return { until: null }
  if (typeof until === 'number' && Number.isFinite(until))
    return until >= 0 && until < LATEST_SECONDS ? { until } : `${until} is not in epoch seconds. ${USAGE}`
  // Without its zone a time means something else on every machine.
  if (typeof until !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(until))
    return `"until" is no time with a zone. ${USAGE}`
  const ms = Date.parse(until)
  return Number.isNaN(ms) ? `"until" is no time. ${USAGE}` : { until: ms / 1000 }
}
