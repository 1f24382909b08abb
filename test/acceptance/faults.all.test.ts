import { describe, expect, test } from 'vitest'
import { afterTrouble } from './converges.ts'
import { exampleStack } from './exampleStack.ts'
import { breaking, type CallName, FAULTS, recorder } from './faults.ts'

const blueprint = await exampleStack('notes.yaml')
const { seen, intercept } = recorder()
const calm = await afterTrouble(blueprint, { intercept, maxAttempts: 1 })

test('the calm run is a real one', () => {
  expect(seen.length).toBeGreaterThan(100)
  expect(calm.left).toEqual([])
  expect(Object.keys(calm.state)).toHaveLength(blueprint.resources.length + 1)
})

describe.each(FAULTS)('%s at any single call, then up again', fault => {
  test('reaches the same state with nothing left to do', async () => {
    const wrong: { call: CallName; left: readonly string[]; state: string[] }[] = []
    for (const call of seen) {
      const maxAttempts = fault === 'lost and sent again' ? 3 : 1
      const { writes, state, left } = await afterTrouble(blueprint, {
        intercept: breaking(call, fault),
        maxAttempts,
      })
      if (writes === 0) continue
      const differs = [...new Set([...Object.keys(state), ...Object.keys(calm.state)])].filter(
        id => JSON.stringify(state[id]) !== JSON.stringify(calm.state[id]),
      )
      if (left.length > 0 || differs.length > 0) wrong.push({ call, left, state: differs })
    }
    expect(wrong).toEqual([])
  }, 900_000)
})
