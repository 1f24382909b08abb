import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { page } from '../../src/emulator/page.ts'

const walk = (all: string[], size: number, descending: boolean): string[] => {
  const seen: string[] = []
  let token: string | undefined
  do {
    const { items, next } = page(all, item => item, { token, size, descending })
    seen.push(...items)
    token = next
  } while (token !== undefined)
  return seen
}

describe('page', () => {
  test('walking all pages shows everything once, in order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (all, size, descending) => {
          const sorted = [...all].sort((a, b) => (a < b ? -1 : 1))
          expect(walk(all, size, descending)).toEqual(descending ? sorted.reverse() : sorted)
        },
      ),
    )
  })

  test('deleting what was shown skips nothing', () => {
    const first = page(['a', 'b', 'c', 'd'], item => item, { size: 2 })
    expect(page(['c', 'd'], item => item, { token: first.next, size: 2 }).items).toEqual(['c', 'd'])
  })
})
