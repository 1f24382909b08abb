import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tagChanges, tagsOf } from '../../src/engine/stackTags.ts'
import type { Tags } from '../../src/resource.ts'
import { toy, toyBlueprint } from './toyCloud.ts'

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const userTags = fc.dictionary(word, word, { maxKeys: 6 })
const wish = (tags: Tags) => {
  const desired = toy('a', 'web')
  return tagsOf({ ...toyBlueprint(desired), userTags: tags }, desired, desired.props)
}
const applied = (live: Tags, want: Tags): Tags => {
  const { put, drop } = tagChanges(live, want)
  return { ...Object.fromEntries(Object.entries(live).filter(([key]) => !drop.includes(key))), ...put }
}

describe('tags', () => {
  test('once applied need no further change', () => {
    fc.assert(
      fc.property(userTags, userTags, (before, after) => {
        const live = applied(wish(before), wish(after))
        expect(live).toEqual(wish(after))
        expect(tagChanges(live, wish(after))).toEqual({ put: {}, drop: [] })
      }),
    )
  })

  test('of a kind without room for them leave the user his', () => {
    const desired = toy('a', 'web')
    const tags = tagsOf({ ...toyBlueprint(desired), userTags: { owner: 'ann' } }, desired, desired.props, {
      ownTagsOnly: true,
    })
    expect(Object.keys(tags).every(key => key.startsWith('storyarch:'))).toBe(true)
    expect(tags).not.toHaveProperty('storyarch:tags')
  })

  test('that others set are left alone', () => {
    const live = { ...wish({ owner: 'ann' }), costcenter: '7', 'storyarch:artifact': 'sha256:1' }
    expect(tagChanges(live, wish({})).drop.sort()).toEqual(['owner', 'storyarch:tags'])
  })
})
