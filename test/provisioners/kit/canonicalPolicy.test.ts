import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Policy, Statement } from '../../../src/policy.ts'
import { canonicalPolicy } from '../../../src/provisioners/kit/canonicalPolicy.ts'

const word = fc.stringMatching(/^[a-z]{1,6}$/)
const list = (item: fc.Arbitrary<string>) => fc.array(item, { minLength: 1, maxLength: 4 })
const statement: fc.Arbitrary<Statement> = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Principal: fc.oneof(fc.constant('*' as const), fc.dictionary(word, list(word), { minKeys: 1, maxKeys: 2 })),
  Action: list(word.map(name => `s3:${name}`)),
  Resource: list(word),
  Condition: fc.dictionary(word, fc.dictionary(word, list(word), { maxKeys: 2 }), { maxKeys: 2 }),
})
const policy: fc.Arbitrary<Policy> = fc
  .array(statement, { maxLength: 4 })
  .map(Statement => ({ Version: '2012-10-17', Statement }))

/** As AWS may give a document back: single members as strings, lists turned round, doubles, keys in another order. */
const respelled = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    if (value.length === 1 && typeof value[0] === 'string') return value[0]
    return value.every(item => typeof item === 'string')
      ? [...value, ...value].reverse()
      : value.map(respelled)
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, respelled(inner)]),
  )
}

const of = (statement: object): Policy =>
  canonicalPolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))

describe('a canonical policy', () => {
  test('is the same whatever AWS made of its spelling', () => {
    fc.assert(
      fc.property(policy, document => {
        const canonical = JSON.stringify(canonicalPolicy(document))
        expect(JSON.stringify(canonicalPolicy(JSON.stringify(respelled(document))))).toBe(canonical)
        expect(JSON.stringify(canonicalPolicy(JSON.parse(canonical)))).toBe(canonical)
      }),
    )
  })

  test('knows an account by its id and by its root user', () => {
    const by = (id: string) => of({ Effect: 'Allow', Principal: { AWS: id }, Action: 's3:GetObject' })
    expect(by('arn:aws:iam::123456789012:root')).toEqual(by('123456789012'))
    expect(by('arn:aws:iam::123456789012:user/root')).not.toEqual(by('123456789012'))
  })

  test('compares services in lower case and booleans as text', () => {
    const by = (Action: string, secure: unknown) =>
      of({ Effect: 'Deny', Action, Condition: { Bool: { 'aws:SecureTransport': secure } } })
    expect(by('S3:GetObject', false)).toEqual(by('s3:GetObject', 'false'))
    expect(by('s3:getObject', false)).not.toEqual(by('s3:GetObject', false))
  })

  test('sorts statements by their names, and leaves unnamed ones in their order', () => {
    const named = (Sid: string | undefined) => ({ Sid, Effect: 'Allow' as const, Action: ['s3:x'] })
    const sids = (...names: (string | undefined)[]) =>
      canonicalPolicy({ Version: '2012-10-17', Statement: names.map(named) }).Statement.map(({ Sid }) => Sid)
    expect(sids('b', 'a')).toEqual(['a', 'b'])
    expect(sids('b', undefined, 'a')).toEqual(['b', undefined, 'a'])
  })

  test('keeps what we never write, so that it shows as drift', () => {
    expect(of({ Effect: 'Allow', NotAction: 'iam:*', NotResource: 'b' }).Statement).toEqual([
      { Effect: 'Allow', NotAction: ['iam:*'], NotResource: ['b'] },
    ])
  })
})
