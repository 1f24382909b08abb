import { expect, test } from 'vitest'
import { pace } from '../../src/aws/pace.ts'

test('calls within the burst go at once, later ones at the rate of the service', () => {
  let nowMs = 0
  const wait = pace(() => nowMs)
  expect(Array.from({ length: 7 }, () => wait('Route53Client'))).toEqual([0, 0, 0, 0, 0, 200, 400])
  nowMs = 10_000
  expect(wait('Route53Client')).toBe(0)
})

test('services without a known rate are not held back', () => {
  const wait = pace(() => 0)
  expect(Array.from({ length: 100 }, () => wait('S3Client')).every(ms => ms === 0)).toBe(true)
})
