import type { ContainerDefinition } from '@aws-sdk/client-ecs'

/** How far a container is. */
export interface ContainerState {
  readonly phase: 'waiting' | 'starting' | 'running' | 'stopped'
  /** Null while it has none. */
  readonly exitCode: number | null
  readonly health: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY'
}

export type States = ReadonlyMap<string, ContainerState>

/** `never`: what it waits for cannot come about any more, and why. */
export type Readiness = 'ready' | 'notYet' | { readonly never: string }

/** Whether a container may start, by what it depends on (ECS API reference, "ContainerDependency"). */
export const readiness = ({ name = '', dependsOn = [] }: ContainerDefinition, states: States): Readiness => {
  const met = dependsOn.map(({ containerName = '', condition = 'START' }) => {
    const state = states.get(containerName)
    const outcome = state ? fulfilled(condition, state) : false
    const never = `dependency graph: container ordering dependency [${containerName}] for target [${name}] ${failure(condition)}`
    return outcome === null ? { never } : outcome
  })
  const broken = met.find(outcome => typeof outcome === 'object')
  if (broken) return broken
  return met.every(outcome => outcome === true) ? 'ready' : 'notYet'
}

/** Null: it cannot be any more. */
const fulfilled = (condition: string, { phase, exitCode, health }: ContainerState): boolean | null => {
  const stopped = phase === 'stopped'
  if (condition === 'START') return stopped || phase === 'running'
  if (condition === 'COMPLETE') return stopped
  if (condition === 'SUCCESS') return stopped ? (exitCode === 0 ? true : null) : false
  return health === 'HEALTHY' && !stopped ? true : stopped || health === 'UNHEALTHY' ? null : false
}

const failure = (condition: string): string =>
  condition === 'HEALTHY' ? 'did not become healthy' : 'did not exit successfully'

/** Whether a container may be told to stop: once all that depend on it have stopped, so that the last to start stops first. */
export const mayStop = (name: string, all: readonly ContainerDefinition[], states: States): boolean =>
  all
    .filter(({ dependsOn = [] }) => dependsOn.some(({ containerName }) => containerName === name))
    .every(({ name = '' }) => ['waiting', 'stopped'].includes(states.get(name)?.phase ?? 'waiting'))
