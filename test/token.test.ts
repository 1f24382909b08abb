import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fill, output, tokensIn } from '../src/token.ts'

const id = fc.stringMatching(/^[a-z]{1,8}\/[a-z-]{1,8}$/)
const name = fc.stringMatching(/^[a-zA-Z]{1,8}$/)

test('a token is found in any text and filled with what is known; the rest stays', () => {
  fc.assert(
    fc.property(id, name, fc.string(), fc.string(), (id, name, before, after) => {
      const text = `${before}${output(id, name)}${after}`
      expect(tokensIn({ deep: [text] }).has(id)).toBe(true)
      expect(fill([text], () => 'v')).toEqual([`${before}v${after}`])
      expect(fill(text, () => undefined)).toBe(text)
    }),
  )
})

test('keys are filled too, other values are untouched', () => {
  expect(fill({ [output('a/b', 'c')]: 1, d: null, e: true }, () => 'k')).toEqual({ k: 1, d: null, e: true })
})
