import type { Call } from '../../service.ts'
import { type Alarm, alarmTable } from '../../services/cloudwatch/alarm.ts'
import { changeState } from '../../services/cloudwatch/stateChange.ts'
import type { Surroundings } from '../surroundings.ts'
import { openTimetable, type Timetable } from '../timetable.ts'
import { datapointsOf, evaluationIntervalMs } from './datapoints.ts'
import { comparison, judge, NotEvaluated } from './judge.ts'
import { stateReason, stateReasonData } from './stateReason.ts'

/** Evaluates the alarms of every region, each at an offset of its own; told of every change through `changed`. */
export const openAlarmClock = (around: Surroundings, changed: () => void): Timetable => {
  const { callOf, regionsWith, log } = around
  const evaluatedAt = new Map<string, number>()
  const complained = new Set<string>()

  const all = (): { region: string; alarm: Alarm; dueAt: number }[] =>
    regionsWith('cloudwatch', 'alarms').flatMap(region =>
      alarmTable(callOf('cloudwatch', region))
        .values()
        .map(alarm => ({ region, alarm, dueAt: dueAt(alarm, evaluatedAt.get(alarm.arn) ?? null) })),
    )

  const evaluateDue = async (): Promise<void> => {
    for (const { region, alarm, dueAt } of all()) {
      const call = callOf('cloudwatch', region)
      if (dueAt > call.now) continue
      evaluatedAt.set(alarm.arn, call.now)
      try {
        if (evaluate(call, alarm)) changed()
      } catch (error) {
        if (!(error instanceof NotEvaluated)) throw error
        if (!complained.has(alarm.arn)) log(`alarm ${alarm.name} keeps its state: ${error.message}`)
        complained.add(alarm.arn)
      }
    }
  }

  return openTimetable(
    { ...around, now: () => callOf('cloudwatch', 'us-east-1').now },
    () => {
      const times = all().map(({ dueAt }) => dueAt)
      return times.length === 0 ? null : Math.min(...times)
    },
    evaluateDue,
  )
}

/** One interval after it was configured, and then at the same offset for ever; what was missed is not caught up with. */
const dueAt = ({ configuredAt, definition }: Alarm, evaluatedAt: number | null): number => {
  const interval = evaluationIntervalMs(definition)
  const since = Math.max(evaluatedAt ?? configuredAt, configuredAt)
  return configuredAt + (Math.floor((since - configuredAt) / interval) + 1) * interval
}

/** Gives the alarm the state its data means; true when that is another one than it had. Throws NotEvaluated. */
const evaluate = (call: Call, alarm: Alarm): boolean => {
  const { definition } = alarm
  const { EvaluationPeriods = 1, DatapointsToAlarm, ComparisonOperator = '', Threshold = 0 } = definition
  const points = datapointsOf(call, definition)
  const verdict = judge({
    values: points.values,
    evaluationPeriods: EvaluationPeriods,
    datapointsToAlarm: DatapointsToAlarm ?? EvaluationPeriods,
    missingData: (definition.TreatMissingData ?? 'missing') as 'missing',
    breaches: comparison(ComparisonOperator, Threshold),
  })
  const { state } = verdict
  if (state === null || state === alarm.state.value) return false
  changeState(call, alarm, {
    value: state,
    reason: stateReason(definition, state, points, verdict),
    reasonData: stateReasonData(definition, points, verdict, call.now),
  })
  return true
}
