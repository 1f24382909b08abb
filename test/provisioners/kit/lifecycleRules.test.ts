import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LifecycleRule, rulesForS3, rulesFromS3 } from '../../../src/provisioners/kit/lifecycleRules.ts'

const days = fc.option(fc.integer({ min: 1, max: 400 }))
const rule: fc.Arbitrary<LifecycleRule> = fc
  .record({
    id: fc.stringMatching(/^[a-z-]{1,12}$/),
    prefix: fc.stringMatching(/^[a-z/]{0,8}$/),
    expireDays: days,
    noncurrentDays: days,
    noncurrentKeep: fc.option(fc.integer({ min: 1, max: 100 })),
    abortUploadsDays: days,
    expireDeleteMarkers: fc.boolean(),
  })
  .map(rule => ({
    ...rule,
    noncurrentKeep: rule.noncurrentDays === null ? null : rule.noncurrentKeep,
    expireDeleteMarkers: rule.expireDays === null && rule.expireDeleteMarkers,
  }))

const S3 = { extendedRequestId: 'signed' }

describe('lifecycle rules', () => {
  test('come back from S3 as they went there', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), rules => {
        expect(rulesFromS3({ Rules: rulesForS3(rules), $metadata: S3 })).toEqual(rules)
      }),
    )
  })

  test('that somebody switched off are not there', () => {
    const [one] = rulesForS3([fc.sample(rule, 1)[0] as LifecycleRule])
    expect(rulesFromS3({ Rules: [{ ...one, Status: 'Disabled' }], $metadata: S3 })).toEqual([])
  })

  test('keep the number of versions where it is forgotten, and show it missing where somebody took it away', () => {
    const wished: LifecycleRule = {
      id: 'keep-versions',
      prefix: '',
      expireDays: null,
      noncurrentDays: 30,
      noncurrentKeep: 20,
      abortUploadsDays: null,
      expireDeleteMarkers: false,
    }
    const Rules = rulesForS3([wished]).map(written => ({
      ...written,
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    }))
    expect(rulesFromS3({ Rules, $metadata: {} })).toEqual([wished])
    expect(rulesFromS3({ Rules, $metadata: S3 })).toEqual([{ ...wished, noncurrentKeep: null }])
  })

  test.each<[string, object]>([
    ['Date', { Expiration: { Date: new Date(0) } }],
    ['Transitions', { Transitions: [{ Days: 1, StorageClass: 'GLACIER' }] }],
    ['Tag', { Filter: { Tag: { Key: 'a', Value: 'b' } } }],
    ['ObjectSizeGreaterThan', { Filter: { And: { Prefix: '', ObjectSizeGreaterThan: 1 } } }],
  ])('to which somebody added a %s are not the ones we wrote', (more, addition) => {
    const wished: LifecycleRule = {
      ...(fc.sample(rule, 1)[0] as LifecycleRule),
      id: 'ours',
      expireDays: null,
    }
    const Rules = rulesForS3([wished]).map(written => ({ ...written, ...addition }))
    expect(rulesFromS3({ Rules, $metadata: S3 })[0]?.id).toBe(`ours (with ${more})`)
  })
})
