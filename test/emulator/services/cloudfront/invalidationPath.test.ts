import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  canonicalPath,
  invalidates,
  isInvalidationPath,
} from '../../../../src/emulator/services/cloudfront/invalidationPath.ts'

/** Paths as browsers send them for any file name. */
const sent = fc
  .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 4 })
  .map(segments => `/${segments.map(encodeURIComponent).join('/')}`)
  .filter(path => !path.includes('*'))

test('a path as it is sent is a path to invalidate, and names itself', () => {
  fc.assert(
    fc.property(sent, path => {
      expect(isInvalidationPath(path)).toBe(true)
      expect(invalidates(path, canonicalPath(path))).toBe(true)
      const lower = path.replace(/%../g, code => code.toLowerCase())
      expect(invalidates(lower, canonicalPath(path))).toBe(true)
    }),
  )
})

test('canonical paths are their own canonical form, and printable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const path = canonicalPath(text)
      expect(canonicalPath(path)).toBe(path)
      expect(path).toMatch(/^[!-~]*$/)
    }),
  )
})

test('a wildcard names exactly what starts with it', () => {
  fc.assert(
    fc.property(sent, sent, fc.nat(30), (path, other, length) => {
      const start = canonicalPath(path).slice(0, length + 1)
      const whole = start.replace(/%.?$/, '')
      expect(invalidates(`${whole}*`, canonicalPath(path))).toBe(true)
      expect(invalidates(`${whole}*`, canonicalPath(other))).toBe(canonicalPath(other).startsWith(whole))
    }),
  )
})

test.each(['index.html', '/a b', '/ä', '/a*b', '/a**', '/100%', '/%zz', '', `/${'a'.repeat(4000)}`])(
  '%j is no path to invalidate',
  path => expect(isInvalidationPath(path)).toBe(false),
)

test.each(['/', '/*', '/a*', '/a?b=1&c', '/%C3%A4', '/~x'])('%j is a path to invalidate', path =>
  expect(isInvalidationPath(path)).toBe(true),
)
