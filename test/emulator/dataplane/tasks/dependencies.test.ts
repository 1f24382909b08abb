import type { ContainerCondition, ContainerDefinition } from '@aws-sdk/client-ecs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type ContainerState,
  mayStop,
  readiness,
} from '../../../../src/emulator/dataplane/tasks/dependencies.ts'

const state = (phase: ContainerState['phase'], more: Partial<ContainerState> = {}): ContainerState => ({
  phase,
  exitCode: null,
  health: 'UNKNOWN',
  ...more,
})

const on = (condition: ContainerCondition, first: ContainerState) => {
  const ready = readiness(
    { name: 'app', dependsOn: [{ containerName: 'first', condition }] },
    new Map([['first', first]]),
  )
  return typeof ready === 'object' ? 'never' : ready
}

test.each([
  ['START', state('waiting'), 'notYet'],
  ['START', state('starting'), 'notYet'],
  ['START', state('running'), 'ready'],
  ['START', state('stopped', { exitCode: 1 }), 'ready'],
  ['COMPLETE', state('running'), 'notYet'],
  ['COMPLETE', state('stopped', { exitCode: 1 }), 'ready'],
  ['SUCCESS', state('running'), 'notYet'],
  ['SUCCESS', state('stopped', { exitCode: 0 }), 'ready'],
  ['SUCCESS', state('stopped', { exitCode: 1 }), 'never'],
  ['SUCCESS', state('stopped'), 'never'],
  ['HEALTHY', state('running'), 'notYet'],
  ['HEALTHY', state('running', { health: 'HEALTHY' }), 'ready'],
  ['HEALTHY', state('running', { health: 'UNHEALTHY' }), 'never'],
  ['HEALTHY', state('stopped', { health: 'HEALTHY', exitCode: 0 }), 'never'],
] as const)('%s on %o is %s', (condition, first, outcome) => expect(on(condition, first)).toBe(outcome))

/** Containers of which each depends on some of those before it. */
const graphs = fc
  .array(fc.array(fc.nat({ max: 5 }), { maxLength: 3 }), { minLength: 1, maxLength: 6 })
  .map(rows =>
    rows.map(
      (targets, index): ContainerDefinition => ({
        name: `c${index}`,
        dependsOn: targets
          .filter(target => target < index)
          .map(target => ({ containerName: `c${target}`, condition: 'START' as const })),
      }),
    ),
  )

test('every task without cycles starts whole and stops whole, in whatever order containers are looked at', () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), (all, picks) => {
      const pick = <T>(list: readonly T[]): T | undefined => list[(picks.next().value ?? 0) % list.length]
      const states = new Map(all.map(({ name = '' }) => [name, state('waiting')]))
      const begun: string[] = []
      while (begun.length < all.length) {
        const next = pick(
          all.filter(
            container => !begun.includes(container.name ?? '') && readiness(container, states) === 'ready',
          ),
        )
        expect(next).toBeDefined()
        for (const { containerName = '' } of next?.dependsOn ?? []) expect(begun).toContain(containerName)
        begun.push(next?.name ?? '')
        states.set(next?.name ?? '', state('running'))
      }
      const ended: string[] = []
      while (ended.length < all.length) {
        const next = pick(all.filter(({ name = '' }) => !ended.includes(name) && mayStop(name, all, states)))
        expect(next).toBeDefined()
        for (const { name = '', dependsOn = [] } of all)
          if (dependsOn.some(({ containerName }) => containerName === next?.name))
            expect(ended).toContain(name)
        ended.push(next?.name ?? '')
        states.set(next?.name ?? '', state('stopped', { exitCode: 0 }))
      }
    }),
    { numRuns: 200 },
  )
})
