import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ContainerProps,
  containerFor,
  containerIn,
} from '../../../src/provisioners/kit/containerDefinition.ts'

const record = fc.dictionary(
  fc.string({ minLength: 1 }).filter(key => key !== '__proto__'),
  fc.string(),
  {
    noNullPrototype: true,
  },
)

const container: fc.Arbitrary<ContainerProps> = fc.record({
  name: fc.string(),
  image: fc.string(),
  essential: fc.boolean(),
  command: fc.option(fc.array(fc.string(), { minLength: 1 })),
  environment: record,
  secrets: record,
  ports: fc.array(fc.integer({ min: 1, max: 65535 })),
  mounts: fc.array(fc.record({ volume: fc.string(), path: fc.string() })),
  dependsOn: fc.array(
    fc.record({
      container: fc.string(),
      condition: fc.constantFrom('START', 'COMPLETE', 'SUCCESS', 'HEALTHY' as const),
    }),
  ) as fc.Arbitrary<ContainerProps['dependsOn']>,
  stopTimeoutSeconds: fc.integer({ min: 2, max: 120 }),
  initProcess: fc.boolean(),
  logs: fc.record({ group: fc.string(), region: fc.string(), prefix: fc.string() }),
})

test('a container reads back as it was registered, also with what ECS fills in', () => {
  fc.assert(
    fc.property(container, props => {
      const echo = { ...containerFor(props), cpu: 0, volumesFrom: [], systemControls: [] }
      expect(containerIn(echo)).toEqual(props)
    }),
  )
})

test('what nobody said is what ECS does by itself', () => {
  expect(containerIn({ name: 'app', image: 'app' })).toMatchObject({
    essential: true,
    command: null,
    environment: {},
    stopTimeoutSeconds: 30,
    initProcess: false,
  })
})
