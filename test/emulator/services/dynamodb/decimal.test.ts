import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addNumbers,
  compareNumbers,
  negateNumber,
  normalNumber,
} from '../../../../src/emulator/services/dynamodb/decimal.ts'

/** A number as text and as hundredths. */
const number = fc
  .bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
  .map(cents => ({ cents, text: `${cents}e-2` }))

describe('DynamoDB numbers', () => {
  test.each([
    ['1.50', '1.5'],
    ['-0', '0'],
    ['+007', '7'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['12E-4', '0.0012'],
    ['-0.10', '-0.1'],
    ['123456789012345678901234567890.12345678', '123456789012345678901234567890.12345678'],
  ])('%s is %s', (written, normal) => expect(normalNumber(written)).toBe(normal))

  test('are exact where doubles are not', () => {
    expect(addNumbers('0.1', '0.2')).toBe('0.3')
    expect(addNumbers('9007199254740993', '1')).toBe('9007199254740994')
    expect(compareNumbers('1e125', '1.0000000000000000000000001e125')).toBeLessThan(0)
  })

  test.each([
    ['', 'cannot be converted'],
    ['1,5', 'cannot be converted'],
    ['NaN', 'cannot be converted'],
    ['1e126', 'overflow'],
    ['1e-131', 'underflow'],
    ['1'.repeat(39), 'more than 38 significant digits'],
  ])('%s is refused: %s', (text, why) => expect(() => normalNumber(text)).toThrow(why))

  test('sums, order and signs agree with whole hundredths', () =>
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(addNumbers(a.text, b.text)).toBe(normalNumber(`${a.cents + b.cents}e-2`))
        expect(Math.sign(compareNumbers(a.text, b.text))).toBe(
          a.cents < b.cents ? -1 : a.cents > b.cents ? 1 : 0,
        )
        expect(addNumbers(a.text, negateNumber(a.text))).toBe('0')
      }),
    ))
})
