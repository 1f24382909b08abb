import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byJson } from '../../../src/provisioners/kit/byJson.ts'

test('any order of the same members gives the same list', () => {
  const members = fc.array(fc.record({ a: fc.string(), b: fc.integer() }))
  fc.assert(
    fc.property(
      members.chain(list =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      ([list, shuffled]) => {
        expect(byJson(shuffled)).toEqual(byJson(list))
      },
    ),
  )
})

test('the order of keys says nothing', () => {
  expect(
    byJson([
      { b: 1, a: 2 },
      { a: 1, b: 1 },
    ]),
  ).toEqual([
    { a: 1, b: 1 },
    { a: 2, b: 1 },
  ])
})
