import { publishSchedule } from '../../services/events/bus.ts'
import { type Rule, ruleTable } from '../../services/events/rule.ts'
import { rateMinutes } from '../../services/events/schedule.ts'
import type { Surroundings } from '../surroundings.ts'
import { openTimetable, type Timetable } from '../timetable.ts'
import { nextCron } from './nextCron.ts'

const MINUTE_MS = 60_000

/** Fires the rules with a schedule in every region; told of each firing through `fired`. What came due while nothing ran is not caught up with. */
export const openScheduleClock = (around: Surroundings, fired: () => void): Timetable => {
  const { callOf, regionsWith } = around
  const now = () => callOf('events', 'us-east-1').now
  /** When each comes round next, by the rule's ARN and the time of its last PutRule; null: never. */
  const dues = new Map<string, number | null>()

  const nextOf = (rule: Rule): number | null => {
    const key = `${rule.arn} ${rule.putAt}`
    // One switched on again goes on from then.
    if (!rule.enabled) dues.delete(key)
    else if (!dues.has(key)) dues.set(key, dueAfter(rule, now()))
    return dues.get(key) ?? null
  }

  const all = (): { region: string; rule: Rule; dueAt: number }[] =>
    regionsWith('events', 'rules').flatMap(region =>
      ruleTable(callOf('events', region))
        .values()
        .flatMap(rule => {
          const dueAt = nextOf(rule)
          return dueAt === null ? [] : [{ region, rule, dueAt }]
        }),
    )

  const fireDue = async (): Promise<void> => {
    for (const { region, rule, dueAt } of all()) {
      const call = callOf('events', region)
      if (dueAt > call.now) continue
      dues.delete(`${rule.arn} ${rule.putAt}`)
      publishSchedule(call, rule)
      fired()
    }
  }

  return openTimetable(
    { ...around, now },
    () => {
      const times = all().map(({ dueAt }) => dueAt)
      return times.length === 0 ? null : Math.min(...times)
    },
    fireDue,
  )
}

/** The first time a rule is due after `after`; a rate counts from when the rule was put. */
export const dueAfter = (
  { schedule, putAt }: Pick<Rule, 'schedule' | 'putAt'>,
  after: number,
): number | null => {
  if (schedule === null) return null
  const minutes = rateMinutes(schedule)
  if (minutes === undefined) return nextCron(schedule, after)
  const period = minutes * MINUTE_MS
  return putAt + (Math.floor((after - putAt) / period) + 1) * period
}
