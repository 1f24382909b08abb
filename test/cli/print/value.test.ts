import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oneLine, smallDiff } from '../../../src/cli/print/value.ts'

describe('oneLine', () => {
  test('never breaks a line, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(oneLine(value)).not.toMatch(/[\n\x1b]/)
      }),
    )
  })

  test('stays short', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(oneLine(value).length).toBeLessThan(140)
      }),
    )
  })

  test.each([
    [undefined, '(none)'],
    [null, '(none)'],
    ['', '""'],
    ['a b', '"a b"'],
    ['plain', 'plain'],
    [[1], '[1]'],
    [`notes@sha256:${'ab'.repeat(32)}`, 'notes@sha256:abababababab…'],
  ])('%j reads %s', (value, text) => expect(oneLine(value)).toBe(text))
})

describe('smallDiff', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 })

  test('of two texts holds no more lines than a screen bears', () => {
    fc.assert(
      fc.property(lines, lines, (live, want) => {
        const diff = smallDiff([...live, 'x'].join('\n'), [...want, 'x'].join('\n')) ?? []
        expect(diff.length).toBeLessThanOrEqual(13)
      }),
    )
  })

  test('of long texts that differ in one place shows that place', () => {
    const place = { before: 'x'.repeat(300), after: 'y'.repeat(300) }
    const diff = smallDiff(`${place.before}A${place.after}`, `${place.before}B${place.after}`)
    expect(diff?.map(({ sign, text }) => sign + text)).toEqual([
      `-…${'x'.repeat(20)}A${'y'.repeat(20)}…`,
      `+…${'x'.repeat(20)}B${'y'.repeat(20)}…`,
    ])
  })

  test('leaves lists that differ only in order to one line', () => {
    expect(smallDiff(['a', 'b', 'c'], ['c', 'b', 'a'])).toBeNull()
  })
})
