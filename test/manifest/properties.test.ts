import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Inspection, inspect } from '../../src/manifest/load.ts'
import type { Manifest } from '../../src/manifest/manifest.ts'
import { anyManifest } from './anyManifest.ts'

/** No undefined anywhere, and every section that goes together is there together. */
const holds = (manifest: Manifest): void => {
  expect(JSON.parse(JSON.stringify(manifest))).toStrictEqual(manifest)
  expect(manifest.database === null).toBe(manifest.backend === null)
  expect(manifest.api === null).toBe(manifest.backend === null)
  expect(manifest.frontend ?? manifest.backend).not.toBeNull()
  expect(manifest.frontend?.domain == null).toBe(manifest.frontend?.certificate == null)
}

/** Every fault has a place in the text and a sentence. */
const tells = ({ faults }: Inspection, text: string): void => {
  const lines = text.split(/\r\n|\r|\n/).length
  expect(faults.length).toBeGreaterThan(0)
  for (const { line, column, message } of faults) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(message).toMatch(/^\S.*\S$/s)
    expect(message).not.toMatch(/undefined|\[object|Invalid input/)
  }
}

const judged = (text: string): void => {
  const result = inspect(text, '/project/storyarch.yaml')
  if (result.manifest === null) tells(result, text)
  else holds(result.manifest)
}

describe('whatever is written', () => {
  test('a right manifest loads, whole', () => {
    fc.assert(
      fc.property(anyManifest, written => {
        const { manifest, faults } = inspect(stringify(written), '/project/storyarch.yaml')
        expect(faults).toEqual([])
        if (manifest !== null) holds(manifest)
      }),
      { numRuns: 200 },
    )
  })

  test('random text is refused with a place, never with a stack trace', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), judged), { numRuns: 300 })
    const yamlish = fc.constantFrom(
      ...'{}[]:,-&*!|>\'"#%@`?~<\n\t ab0',
      'a: ',
      '\n  ',
      '<<: ',
      '&a ',
      '*a',
      '---\n',
      '!!binary ',
    )
    fc.assert(
      fc.property(
        fc.array(yamlish, { maxLength: 40 }).map(bits => bits.join('')),
        judged,
      ),
      { numRuns: 200 },
    )
  })

  test('random data is refused with a place, never with a stack trace', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }).map(value => stringify(value)),
        judged,
      ),
      { numRuns: 200 },
    )
  })

  test('a right manifest with anything put anywhere loads whole or is refused with a place', () => {
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(null, '', 'auto', -1, 1e21, Number.NaN, '__proto__', { __proto__: 1 }, [[]], {
        constructor: {},
      }),
    )
    fc.assert(
      fc.property(anyManifest, fc.nat(), anything, fc.boolean(), (written, pick, value, rename) => {
        const spoilt = parse(stringify(written))
        const places = slots(spoilt)
        const place = places[pick % places.length]
        if (place === undefined) return
        if (rename) place.holder[JSON.stringify(value).slice(0, 20)] = place.holder[place.key]
        else place.holder[place.key] = value
        judged(stringify(spoilt))
      }),
      { numRuns: 200 },
    )
  })

  test('a right manifest with a bit of its text cut out or doubled loads whole or is refused with a place', () => {
    fc.assert(
      fc.property(anyManifest, fc.nat(), fc.nat(20), fc.boolean(), (written, from, length, twice) => {
        const text = stringify(written)
        const at = from % text.length
        const bit = text.slice(at, at + length)
        judged(text.slice(0, at) + (twice ? bit + bit : '') + text.slice(at + length))
      }),
      { numRuns: 200 },
    )
  })
})

interface Slot {
  readonly holder: Record<string, unknown>
  readonly key: string
}

/** Every place in `data` where a value stands. */
const slots = (data: unknown): Slot[] =>
  typeof data === 'object' && data !== null
    ? Object.entries(data).flatMap(([key, value]) => [
        { holder: data as Record<string, unknown>, key },
        ...slots(value),
      ])
    : []
