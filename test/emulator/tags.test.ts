import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dropTags,
  forgetTags,
  type Ghost,
  putTags,
  tagFault,
  tagList,
  tagMap,
  tagsOf,
} from '../../src/emulator/tags.ts'
import { World } from './call.ts'

const ARN = 'arn:aws:ecs:us-east-1:000000000000:cluster/a'

describe('tags', () => {
  test('are added, overwritten and dropped by key', () => {
    const call = new World().call('ecs')
    putTags(call, ARN, { a: '1', b: '2' })
    putTags(call, ARN, { b: '3', c: '' })
    dropTags(call, ARN, ['a', 'never there'])
    expect(tagsOf(call, ARN)).toEqual({ b: '3', c: '' })
  })

  test('of a deleted thing stay as a ghost until its time is over', () => {
    const world = new World()
    const call = world.call('ecs')
    putTags(call, ARN, { a: '1' })
    forgetTags(call, ARN)
    expect(tagsOf(call, ARN)).toEqual({})
    const ghost = call.table<Ghost>('ghosts').get(ARN)
    expect(ghost?.tags).toEqual({ a: '1' })
    expect(ghost?.until).toBeGreaterThan(world.now)
  })

  test('a thing that was never there leaves no ghost', () => {
    const call = new World().call('ecs')
    forgetTags(call, ARN)
    expect(call.table('ghosts').values()).toEqual([])
  })

  test('lists and maps tell the same', () =>
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter(key => key !== '__proto__'),
          fc.string(),
        ),
        tags => {
          expect(tagMap(tagList(tags))).toEqual({ ...tags })
        },
      ),
    ))

  test('faults are named', () => {
    expect(tagFault({ 'storyarch:stack': 'notes/prod', empty: '' })).toBeUndefined()
    expect(tagFault({ 'AWS:x': '1' })).toContain('reserved')
    expect(tagFault({ 'a&b': '1' })).toContain('a&b')
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, '']))
    expect(tagFault(many, { k1: 'already counted' })).toBeUndefined()
    expect(tagFault(many, { other: '' })).toContain('50')
  })
})
