import { expect, test } from 'vitest'
import { rarely } from '../../../src/runtime/container/rarely.ts'

test('works at once, not again too soon, and again after a failure', async () => {
  let nowMs = 0
  let fails = true
  const at: number[] = []
  const work = rarely(
    30,
    () => nowMs,
    async () => {
      at.push(nowMs)
      if (fails) throw new Error('throttled')
    },
  )
  await expect(work()).rejects.toThrow('throttled')
  fails = false
  for (const ms of [5_000, 10_000, 34_999, 35_000, 40_000]) {
    nowMs = ms
    await work()
  }
  expect(at).toEqual([0, 5_000, 35_000])
})
