import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedFields, type Item, taskOf } from '../../../src/runtime/lifecycle/item.ts'
import { NEVER_RAN } from '../../../src/runtime/lifecycle/task.ts'
import { anyTask } from './anyTask.ts'

const written = (item: Item, set: Readonly<Record<string, Item[string] | null>>): Item =>
  Object.fromEntries(Object.entries({ ...item, ...set }).filter(([, value]) => value !== null)) as Item

describe('a task in its item', () => {
  test('is read as it was written, whatever it was before', () => {
    fc.assert(
      fc.property(anyTask, anyTask, (before, after) => {
        const item = written({ head: 'of others' }, changedFields(NEVER_RAN, before))
        expect(taskOf(item)).toEqual(before)
        const next = written(item, changedFields(taskOf(item), after))
        expect(taskOf(next)).toEqual(after)
        expect(next['head']).toBe('of others')
      }),
    )
  })

  test('that did not change is not written', () => {
    fc.assert(
      fc.property(anyTask, one => {
        expect(changedFields(one, { ...one })).toEqual({})
      }),
    )
  })

  test('that never ran is asleep', () => expect(taskOf({})).toEqual(NEVER_RAN))

  test('of a table that another tool made is read where the types fit', () => {
    const item = {
      task_id: 'main',
      started_at: '2024-05-01T10:00:00Z',
      expires_at: 1_700_000_000,
      status: 'x',
    }
    expect(taskOf(item)).toEqual({ ...NEVER_RAN, expiresAt: 1_700_000_000 })
  })

  test('in an unknown state is an error', () => {
    expect(() => taskOf({ state: 'DREAMING' })).toThrow('DREAMING')
    expect(() => taskOf({ state: 7 })).toThrow('7')
  })
})
