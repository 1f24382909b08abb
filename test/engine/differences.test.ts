import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences } from '../../src/engine/differences.ts'
import { canonical } from '../../src/engine/spec.ts'

const json = fc.jsonValue({ maxDepth: 3 })

describe('differences', () => {
  test('name the field with both values', () => {
    const live = { env: { A: '1', B: '2' }, ports: [80], rules: [{ id: 'x', days: 1 }] }
    const want = { env: { A: '1', B: '3', C: '4' }, ports: [80, 443], rules: [{ id: 'x', days: 2 }] }
    expect(differences('configuration', live, want)).toEqual([
      { path: 'configuration.env.B', live: '2', want: '3' },
      { path: 'configuration.env.C', live: undefined, want: '4' },
      { path: 'configuration.ports', live: [80], want: [80, 443] },
      { path: 'configuration.rules[0].days', live: 1, want: 2 },
    ])
  })

  test('are none exactly when the two are equal whatever the order of keys', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(differences('p', a, b).length === 0).toBe(canonical(a) === canonical(b))
        expect(differences('p', a, structuredClone(a))).toEqual([])
      }),
    )
  })
})
