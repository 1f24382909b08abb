import { expect, test } from 'vitest'
import { toTheEnd } from '../../src/artifacts/toTheEnd.ts'

test('a failure is told when all that was under way has ended, and nothing new began', async () => {
  const ended: number[] = []
  const gates = new Map<number, () => void>()
  const work = async (item: number): Promise<void> => {
    if (item === 0) throw new Error('refused')
    await new Promise<void>(resolve => gates.set(item, resolve))
    ended.push(item)
  }
  let told = false
  const all = toTheEnd([1, 0, 2, 3], 2, work).catch(error => {
    told = true
    return error
  })
  await new Promise(setImmediate)
  expect(told).toBe(false)
  gates.get(1)?.()
  expect(await all).toMatchObject({ message: 'refused' })
  expect(ended).toEqual([1])
})

test('answers stand in the order of the items', async () => {
  expect(await toTheEnd([3, 1, 2], 2, async item => item * 2)).toEqual([6, 2, 4])
})
