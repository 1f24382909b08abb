import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, shortHash, specOf, specParts } from '../../src/engine/spec.ts'

const props = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue(), { minKeys: 1, maxKeys: 8 })

test('the spec tag gives back each part under its own hash, whatever the order of keys', () => {
  fc.assert(
    fc.property(props, value => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse())
      expect(specOf(shuffled)).toBe(specOf(value))
      const parts = specParts(specOf(value), value)
      for (const [part, item] of Object.entries(value)) expect(parts?.get(part)).toBe(shortHash(item))
    }),
  )
})

test('a spec tag of another shape says nothing', () => {
  expect(specParts('12345678', { a: 1, b: 2 })).toBeUndefined()
  expect(specParts(undefined, { a: 1 })).toBeUndefined()
})

test('a spec fits a tag value for up to 28 parts', () => {
  expect(
    specOf(Object.fromEntries(Array.from({ length: 28 }, (_, i) => [`p${i}`, i]))).length,
  ).toBeLessThanOrEqual(256)
})

test('canonical text sorts keys at every depth', () => {
  expect(canonical({ b: { d: 1, c: [{ z: 1, a: 2 }] }, a: null })).toBe(
    '{"a":null,"b":{"c":[{"a":2,"z":1}],"d":1}}',
  )
})
