import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { invalidationPath, invalidationPaths } from '../../../src/artifacts/site/invalidation.ts'
import {
  canonicalPath,
  invalidates,
  isInvalidationPath,
} from '../../../src/emulator/services/cloudfront/invalidationPath.ts'

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(text => text.isWellFormed())
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => names.join('/'))

describe('invalidation paths', () => {
  test.each([
    ['index.html', '/index.html'],
    ['a b.txt', '/a%20b.txt'],
    ['über/straße.png', '/%C3%BCber/stra%C3%9Fe.png'],
    ['a+b&c=d.js', '/a+b&c=d.js'],
    ['what?.txt', '/what%3F.txt'],
    ['c#.txt', '/c%23.txt'],
    ['100%.txt', '/100%25.txt'],
    ['~me/[1].txt', '/%7Eme/%5B1%5D.txt'],
    ['a*b.txt', '/a*'],
  ])('%s is %s', (path, encoded) => expect(invalidationPath(path)).toBe(encoded))

  test('CloudFront takes every one, and it names what a browser asks for', () => {
    fc.assert(
      fc.property(path, path => {
        const encoded = invalidationPath(path)
        expect(isInvalidationPath(encoded)).toBe(true)
        const asked = canonicalPath(`/${path.split('/').map(browserEncoded).join('/')}`)
        expect(invalidates(encoded, asked)).toBe(true)
      }),
    )
  })

  test('the root goes with index.html', () =>
    expect(invalidationPaths(['index.html'])).toEqual(['/', '/index.html']))

  test('a plus sign is named in both ways in which it is asked for', () =>
    expect(invalidationPaths(['a+b.js'])).toEqual(['/a%2Bb.js', '/a+b.js']))

  test('more than fifteen become one that means all', () => {
    const many = Array.from({ length: 16 }, (_, at) => `f${at}.txt`)
    expect(invalidationPaths(many.slice(0, 15))).toHaveLength(15)
    expect(invalidationPaths(many)).toEqual(['/*'])
    expect(invalidationPaths([])).toEqual([])
  })
})

/** As an HTML link to the file makes a browser ask: reserved characters stay, what would end the path cannot. */
const browserEncoded = (name: string): string =>
  encodeURIComponent(name).replace(/%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/gi, code =>
    decodeURIComponent(code),
  )
