import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ARTIFACT,
  type ArtifactNote,
  artifactNote,
  artifactTag,
  tagsOfContent,
} from '../../../src/provisioners/kit/artifactTag.ts'

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))

const notes: fc.Arbitrary<ArtifactNote> = fc.record({
  version: fc.oneof(
    hex(64).map(digest => `sha256:${digest}`),
    hex(12),
  ),
  source: hex(64),
  revision: fc.option(
    fc.oneof(
      hex(40),
      hex(40).map(commit => `${commit}-dirty`),
    ),
  ),
  spec: fc.option(fc.array(hex(8), { minLength: 1, maxLength: 4 }).map(parts => parts.join('.'))),
})

describe('the tag that says what was uploaded', () => {
  test('is read back as it was written, and is a tag value AWS takes', () => {
    fc.assert(
      fc.property(notes, note => {
        const value = artifactTag(note)
        expect(value).toMatch(/^[A-Za-z0-9 +\-=._:/@]{1,256}$/)
        expect(artifactNote({ [ARTIFACT]: value })).toEqual(note)
      }),
    )
  })

  test('of another shape says nothing', () => {
    expect(artifactNote({})).toBeUndefined()
    expect(artifactNote({ [ARTIFACT]: 'sha256:abc' })).toBeUndefined()
  })

  test('makes a content belong to whom the thing that holds it belongs', () => {
    const note = { version: 'v', source: 's', revision: null, spec: '11111111.22222222' }
    const parent = {
      'storyarch:stack': 'notes/dev',
      'storyarch:resource': 'repository/backend',
      'storyarch:managed': 'owned',
      'storyarch:spec': 'of the repository',
    }
    expect(tagsOfContent('image', parent, note)).toEqual({
      'storyarch:stack': 'notes/dev',
      'storyarch:resource': 'image/backend',
      'storyarch:managed': 'owned',
      'storyarch:spec': '11111111.22222222',
    })
    expect(tagsOfContent('image', {}, { ...note, spec: null })).toEqual({})
  })
})
