import { describe, expect, test } from 'vitest'
import { nearest } from '../../src/manifest/nearest.ts'

const KEYS = ['lifetime', 'maxLifetime', 'startDeadline', 'memory', 'port']

describe('did you mean', () => {
  test.each([
    ['lifetmie', 'lifetime'],
    ['memroy', 'memory'],
    ['max_lifetime', 'maxLifetime'],
    ['START-DEADLINE', 'startDeadline'],
    ['ports', 'port'],
  ])('%s is %s', (word, meant) => expect(nearest(word, KEYS)).toBe(meant))

  test.each(['zebra', 'x', '', 'lifelong', 'm'.repeat(100_000)])('%.10s is nothing known', word =>
    expect(nearest(word, KEYS)).toBeNull(),
  )
})
