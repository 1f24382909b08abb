import { describe, expect, test } from 'vitest'
import { judge } from '../../../../src/emulator/dataplane/alarms/judge.ts'

/** `0` is a value within bounds, `X` one beyond them, `-` a missing one; oldest first, as in the CloudWatch guide. */
const judged = (
  row: string,
  needed: number,
  missingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching',
) =>
  judge({
    values: row.split(' ').map(sign => (sign === '-' ? null : sign === 'X' ? 1 : 0)),
    evaluationPeriods: 3,
    datapointsToAlarm: needed,
    missingData,
    breaches: value => value > 0,
  }).state

/** The two tables of "How alarm state is evaluated when data is missing"; `kept`: the alarm stays as it is. */
describe('missing data', () => {
  test.each([
    ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK']],
    ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 3, ['ALARM', 'kept', 'ALARM', 'OK']],
    ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', 2, ['ALARM', 'kept', 'ALARM', 'OK']],
  ] as const)('%s with %i of 3', (row, needed, states) => {
    const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
    expect(treatments.map(treatment => judged(row, needed, treatment) ?? 'kept')).toEqual(states)
  })

  test('a single new breaching value does not alarm before it is old enough', () => {
    expect(judged('- - - - X', 3, 'missing')).toBeNull()
  })
})
