import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byJson } from '../../../src/provisioners/kit/byJson.ts'
import { permissionFor, rulesBeyond, rulesIn } from '../../../src/provisioners/kit/securityRules.ts'

const rule = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', '-1'),
  fromPort: fc.nat(65535),
  toPort: fc.nat(65535),
  cidr: fc.oneof(
    fc.ipV4().map(ip => `${ip}/32`),
    fc.ipV6().map(ip => `${ip}/128`),
    fc.constantFrom('sg-1', 'pl-1'),
  ),
  description: fc.string(),
})

test('what is told to AWS reads back as it was', () => {
  fc.assert(
    fc.property(fc.array(rule), rules => {
      expect(rulesIn(rules.map(permissionFor))).toEqual(byJson(rules))
    }),
  )
})

test('nothing is beyond itself, and all of it is beyond nothing', () => {
  fc.assert(
    fc.property(fc.array(rule), rules => {
      expect(rulesBeyond(rules, rules)).toEqual([])
      expect(rulesBeyond(rules, [])).toEqual(rules)
    }),
  )
})
