import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differences } from '../../src/engine/differences.ts'
import { canonical } from '../../src/engine/spec.ts'

const json = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.array(fc.record({ a: fc.nat(2), b: fc.nat(2) })))

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

  test('of a list of objects show what was added or taken, not what moved for it', () => {
    const ssh = { port: 22, cidr: '0.0.0.0/0' }
    const app = { port: 8000, cidr: '0.0.0.0/0' }
    expect(differences('ingress', [ssh, app], [app])).toEqual([
      { path: 'ingress[0]', live: ssh, want: undefined },
    ])
    expect(differences('ingress', [app], [ssh, app])).toEqual([
      { path: 'ingress[0]', live: undefined, want: ssh },
    ])
    expect(differences('ingress', [ssh, { ...app, port: 80 }], [ssh, app])).toEqual([
      { path: 'ingress[1].port', live: 80, want: 8000 },
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
