import { DAYS, MONTHS } from '../../services/events/schedule.ts'

const DAY_MS = 86_400_000
/** The longest any expression with an answer can take is from one 29 February to another, on one day of the week. */
const LOOK_AHEAD_DAYS = 366 * 41

/**
 * When a `cron(…)` of EventBridge comes round after `after`, in epoch milliseconds; null when it never does. Six fields
 * in UTC: minute, hour, day of month, month, day of week (1 is Sunday), year.
 */
export const nextCron = (expression: string, after: number): number | null => {
  const [minute = '', hour = '', monthDay = '', month = '', weekDay = '', year = ''] =
    /^cron\(([^)]+)\)$/.exec(expression)?.[1]?.split(' ') ?? []
  const minutes = numbers(minute, 0, 59)
  const hours = numbers(hour, 0, 23)
  const months = numbers(month, 1, 12, MONTHS)
  const years = numbers(year, 1970, 2199)
  const firstDay = Math.floor(after / DAY_MS) * DAY_MS
  for (let count = 0; count <= LOOK_AHEAD_DAYS; count++) {
    const day = new Date(firstDay + count * DAY_MS)
    if (!years.has(day.getUTCFullYear()) || !months.has(day.getUTCMonth() + 1)) continue
    if (!isMonthDay(monthDay, day) || !isWeekDay(weekDay, day)) continue
    for (const hour of hours)
      for (const minute of minutes) {
        const at = day.getTime() + (hour * 60 + minute) * 60_000
        if (at > after) return at
      }
  }
  return null
}

/** Every number a field names, in order: `*`, `5`, `1-5`, `MON-FRI`, lists of them, with `/step`. */
const numbers = (field: string, from: number, to: number, names: readonly string[] = []): Set<number> => {
  const numberOf = (text: string) =>
    names.includes(text.toUpperCase()) ? names.indexOf(text.toUpperCase()) + 1 : +text
  const found = field.split(',').flatMap(item => {
    const [range = '', step] = item.split('/')
    const [low = '', high] = range.split('-')
    const first = range === '*' ? from : numberOf(low)
    // `5/15` goes on from 5 to the end of the field.
    const last = range === '*' || (high === undefined && step !== undefined) ? to : numberOf(high ?? low)
    const every = Number(step ?? 1)
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every)
  })
  return new Set(found.sort((a, b) => a - b))
}

const lengthOfMonth = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate()

const weekDayOf = (day: Date, date: number): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay()

const isMonthDay = (field: string, day: Date): boolean => {
  if (field === '?') return true
  const date = day.getUTCDate()
  const length = lengthOfMonth(day)
  return field.split(',').some(item => {
    if (/^L(-\d+)?$/.test(item)) return date === length - Number(item.slice(2))
    if (item === 'LW') return date === nearestWorkday(day, length)
    if (item.endsWith('W')) return date === nearestWorkday(day, Math.min(Number(item.slice(0, -1)), length))
    return numbers(item, 1, 31).has(date)
  })
}

/** The working day next to a date, in the same month. */
const nearestWorkday = (day: Date, date: number): number => {
  const weekDay = weekDayOf(day, date)
  if (weekDay === 6) return date === 1 ? date + 2 : date - 1
  if (weekDay === 0) return date === lengthOfMonth(day) ? date - 2 : date + 1
  return date
}

const isWeekDay = (field: string, day: Date): boolean => {
  if (field === '?') return true
  const weekDay = day.getUTCDay() + 1
  const date = day.getUTCDate()
  return field.split(',').some(item => {
    const [, nthDay, nth] = /^(\d)#(\d)$/.exec(item) ?? []
    if (nthDay !== undefined) return weekDay === Number(nthDay) && Math.ceil(date / 7) === Number(nth)
    const [, lastDay] = /^(\d)?L$/.exec(item) ?? []
    if (lastDay !== undefined) return weekDay === Number(lastDay) && date > lengthOfMonth(day) - 7
    if (item === 'L') return weekDay === 7
    return numbers(item, 1, 7, DAYS).has(weekDay)
  })
}
