import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { claimantOf } from '../../src/cli/claimant.ts'

test('a machine is known by more than its name, which others bear too', () => {
  const { host, who } = claimantOf({})
  expect(host).not.toBe(hostname())
  expect(host.startsWith(hostname())).toBe(true)
  expect(who.endsWith(`@${hostname()}`)).toBe(true)
})

test('two runs of one machine name the same one', () => {
  expect(claimantOf({}).host).toBe(claimantOf({}).host)
})
