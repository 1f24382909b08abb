import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOrder, needs } from '../../src/engine/order.ts'
import { idOf } from '../../src/resource.ts'
import { output } from '../../src/token.ts'
import { toy, toyBlueprint } from './toyCloud.ts'

test('each resource comes after all it needs, by token or by name', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { maxLength: 10 }), edges => {
      const resources = edges.map((needed, index) => {
        const earlier = needed.filter(other => other < index)
        return toy(
          'a',
          `t${index}`,
          { list: earlier.slice(0, 1).map(other => output(`a/t${other}`, 'arn')) },
          earlier.slice(1).map(other => `a/t${other}`),
        )
      })
      const blueprint = toyBlueprint(...resources.reverse())
      const order = inOrder(blueprint).map(idOf)
      for (const [id, needed] of needs(blueprint))
        for (const need of needed) expect(order.indexOf(need)).toBeLessThan(order.indexOf(id))
      expect(order).toHaveLength(blueprint.resources.length)
    }),
  )
})

test('a cycle is named', () => {
  const blueprint = toyBlueprint(toy('a', 'x', {}, ['a/y']), toy('a', 'y', {}, ['a/x']))
  expect(() => inOrder(blueprint)).toThrow('a/x → a/y → a/x')
})
