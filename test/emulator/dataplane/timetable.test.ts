import { expect, test } from 'vitest'
import { openTimetable } from '../../../src/emulator/dataplane/timetable.ts'
import { until } from '../until.ts'

/** Work that is due at the times in `dues`. */
const open = (dues: number[]) => {
  const clock = { now: 1_000 }
  const done: number[] = []
  const faults: unknown[] = []
  const timetable = openTimetable(
    { now: () => clock.now, pace: 1, report: error => faults.push(error) },
    () => dues[0] ?? null,
    async () => {
      const due = dues.shift()
      if (due === 13) throw new Error('thirteen')
      done.push(due ?? 0)
    },
  )
  const idle = (count: number) => until(() => (done.length >= count ? done : undefined))
  return { clock, dues, done, faults, timetable, idle }
}

test('what is due is done when somebody stirs, also after there was nothing to do', async () => {
  const { dues, timetable, idle } = open([])
  timetable.stir()
  dues.push(900)
  timetable.stir()
  expect(await idle(1)).toEqual([900])
  dues.push(950)
  timetable.stir()
  expect(await idle(2)).toEqual([900, 950])
  await timetable.close()
})

test('a clock that jumps is noticed without anybody stirring', async () => {
  const { clock, timetable, idle, done } = open([100_000])
  timetable.stir()
  expect(done).toEqual([])
  clock.now = 100_000
  expect(await idle(1)).toEqual([100_000])
  await timetable.close()
})

test('work that fails is told and does not stop the rest', async () => {
  const { timetable, idle, faults } = open([13, 20])
  timetable.stir()
  expect(await idle(1)).toEqual([20])
  expect(faults).toMatchObject([{ message: 'thirteen' }])
  await timetable.close()
})

test('closed, it does nothing more', async () => {
  const { dues, timetable, done } = open([])
  await timetable.close()
  dues.push(1)
  timetable.stir()
  await timetable.close()
  expect(done).toEqual([])
})
