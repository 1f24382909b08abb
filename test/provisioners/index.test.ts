import { expect, test } from 'vitest'
import { lookups, provisioners } from '../../src/provisioners/index.ts'

const all = Object.entries(provisioners).map(([kind, provisioner]) => ({ kind, provisioner }))

test('every kind is registered under its own name', () => {
  expect(all.length).toBeGreaterThan(10)
  for (const { kind, provisioner } of all) expect(provisioner.kind).toBe(kind)
  for (const [kind, lookup] of Object.entries(lookups)) expect(lookup.kind).toBe(kind)
})

test('everything can be removed: what must go first is a kind, and nothing waits for itself', () => {
  const after = new Map(all.map(({ kind, provisioner }) => [kind, provisioner.removeAfter]))
  const walk = (kind: string, path: readonly string[]): void => {
    expect(path).not.toContain(kind)
    const before = after.get(kind)
    if (before === undefined) throw new Error(`${path.at(-1)} waits for ${kind}, which is no kind`)
    for (const next of before) walk(next, [...path, kind])
  }
  for (const { kind } of all) walk(kind, [])
})

test('permissions are IAM actions, each said once', () => {
  for (const { provisioner } of all)
    for (const actions of Object.values(provisioner.permissions)) {
      expect(new Set(actions).size).toBe(actions.length)
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/)
    }
})

test('a deadline is longer than the usual wait', () => {
  for (const { provisioner } of all)
    expect(provisioner.settles.atMostSeconds).toBeGreaterThan(provisioner.settles.usuallySeconds)
})
