import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownMark, retagged, tagsInMark } from '../../../src/provisioners/kit/ownMark.ts'

const key = fc.stringMatching(/^storyarch:[a-z]{1,9}$/)
const value = fc.stringMatching(/^[A-Za-z0-9 _.:/=+@-]{1,40}$/)

describe('the ownership mark', () => {
  test('holds the tags it was made of', () => {
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 6 }), tags => {
        expect(tagsInMark(ownMark(tags))).toEqual(tags)
      }),
    )
  })

  test("leaves the user's tags out", () => {
    expect(ownMark({ owner: 'ann', 'storyarch:stack': 'notes/prod' })).toBe('storyarch stack=notes/prod')
  })

  test("is nobody's when it is not ours", () => {
    for (const text of ['', 'v=spf1 -all', 'storyarchive stack=notes/prod', ' storyarch stack=notes/prod'])
      expect(tagsInMark(text)).toEqual({})
  })

  test('changes as tags do', () => {
    expect(retagged({ a: '1', b: '2' }, { b: '3', c: '4' }, ['a'])).toEqual({ b: '3', c: '4' })
  })
})
