import { setTimeout as pause } from 'node:timers/promises'
import type { HealthCheck } from '@aws-sdk/client-ecs'
import type { RunningContainer } from './driver.ts'

/**
 * Asks a container for its health until `signal` says stop, telling each change. Failures in the start period count for
 * nothing; a success ends it (ECS API reference, "HealthCheck"). `pace`: how many times faster than real time to ask.
 */
export const watchHealth = async (
  container: RunningContainer,
  check: HealthCheck,
  pace: number,
  tell: (health: 'HEALTHY' | 'UNHEALTHY') => void,
  signal: AbortSignal,
): Promise<void> => {
  const { command = [], interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = check
  const words = wordsOf(command)
  if (words === null) return
  const graceEndsAt = performance.now() + (startPeriod * 1000) / pace
  let grace = startPeriod > 0
  let failures = 0
  let told: 'HEALTHY' | 'UNHEALTHY' | null = null
  while (!signal.aborted) {
    await pause((interval * 1000) / pace, null, { signal, ref: false }).catch(() => {})
    if (signal.aborted) return
    const well = await container.check(words, timeout * 1000)
    if (signal.aborted) return
    grace &&= !well && performance.now() < graceEndsAt
    failures = well ? 0 : grace ? failures : failures + 1
    const now: 'HEALTHY' | 'UNHEALTHY' | null = well ? 'HEALTHY' : failures >= retries ? 'UNHEALTHY' : told
    if (now !== null && now !== told) tell(now)
    told = now
  }
}

/** `CMD` runs the words, `CMD-SHELL` one of them in a shell, `NONE` asks nothing. */
const wordsOf = ([kind = 'NONE', ...words]: readonly string[]): string[] | null => {
  if (kind === 'NONE') return null
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : kind === 'CMD' ? words : [kind, ...words]
}
