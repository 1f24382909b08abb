const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 }

export const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
export const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** How often a `rate(…)` fires, in minutes; undefined when it is none. One is singular, all else plural. */
export const rateMinutes = (expression: string): number | undefined => {
  const match = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression)
  if (!match) return undefined
  const count = Number(match[1])
  if ((count === 1) === (match[3] === 's')) return undefined
  return count * (UNIT_MINUTES[match[2] ?? ''] ?? 0)
}

interface Field {
  readonly from: number
  readonly to: number
  readonly names: readonly string[]
  /** Letters with a meaning of their own (`L`, `W`, `?`, `#`). */
  readonly special: RegExp | undefined
}

const FIELDS: readonly Field[] = [
  { from: 0, to: 59, names: [], special: undefined },
  { from: 0, to: 23, names: [], special: undefined },
  { from: 1, to: 31, names: [], special: /^(\?|L|LW|L-\d{1,2}|\d{1,2}W)$/ },
  { from: 1, to: 12, names: MONTHS, special: undefined },
  { from: 1, to: 7, names: DAYS, special: /^(\?|L|[1-7]L|[1-7]#[1-5])$/ },
  { from: 1970, to: 2199, names: [], special: undefined },
]

/** Whether EventBridge takes it: six fields in UTC, with `?` in exactly one of day-of-month and day-of-week. */
const isCron = (expression: string): boolean => {
  const fields = /^cron\(([^)]+)\)$/.exec(expression)?.[1]?.split(' ') ?? []
  return (
    fields.length === FIELDS.length &&
    (fields[2] === '?') !== (fields[4] === '?') &&
    FIELDS.every((field, index) => isFieldValue(fields[index] ?? '', field))
  )
}

const isFieldValue = (text: string, field: Field): boolean =>
  text.split(',').every(item => field.special?.test(item) || isItem(item, field))

/** `*`, `5`, `MON-FRI`, and any of them with `/step`. */
const isItem = (item: string, field: Field): boolean => {
  const [range = '', step, ...rest] = item.split('/')
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false
  if (range === '*') return true
  const [from, to, ...more] = range.split('-').map(part => fieldValue(part, field))
  if (more.length > 0 || from === undefined) return false
  return range.includes('-') ? to !== undefined && from <= to : true
}

const fieldValue = (text: string, { from, to, names }: Field): number | undefined => {
  const named = names.indexOf(text.toUpperCase())
  const value = named >= 0 ? named + 1 : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return value >= from && value <= to ? value : undefined
}

export const isSchedule = (expression: string): boolean =>
  rateMinutes(expression) !== undefined || isCron(expression)
