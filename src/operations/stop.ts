import { askToStop } from './askToStop.ts'
import { awaitStopped, type LastSeen } from './awaitStopped.ts'
import type { Backend, Doors } from './backend.ts'
import { databaseAfter, databaseSince, type Stored } from './database/databaseAfter.ts'
import { listVersions } from './database/listVersions.ts'
import type { Life } from './life.ts'
import { readLife } from './readLife.ts'

export interface Stopped {
  /** False when it was asleep already. */
  readonly wasAwake: boolean
  readonly generation: number
  /** What ECS says of the end; null when it says nothing. */
  readonly reason: string | null
  /** By container. */
  readonly exitCodes: Readonly<Record<string, number | null>>
  readonly database: Stored
}

/**
 * Stops the backend and waits until its task is over, then looks where its database is. Throws UserError when there is
 * no such stack or the task does not end; a database that was not stored is told, not thrown.
 */
export const stop = async (doors: Doors, backend: Backend, by: string): Promise<Stopped> => {
  const { aws } = doors
  const [life, before] = await Promise.all([
    readLife(aws, backend),
    listVersions(aws, backend.database, backend.stack),
  ])
  if (life.state === 'ASLEEP') {
    const database = await databaseSince(aws, backend, { life, versions: before })
    return { wasAwake: false, generation: life.generation, reason: null, exitCodes: {}, database }
  }
  await askToStop(doors, backend, life, by)
  const seen = await awaitStopped(doors, backend, life)
  const exitCodes = Object.fromEntries((seen?.containers ?? []).map(({ name, exitCode }) => [name, exitCode]))
  return {
    wasAwake: true,
    generation: life.generation,
    reason: seen?.stoppedReason ?? null,
    exitCodes,
    database: await databaseAfter(aws, backend, {
      before,
      startedAt: life.startedAt,
      exitCodes,
      appRan: appRan(life, seen),
    }),
  }
}

/** A task that never was RUNNING did not start its app, and one that ECS never named cannot start it any more. */
const appRan = ({ state, taskArn }: Life, seen: LastSeen): boolean =>
  state !== 'STARTING' || (seen === null ? taskArn !== null : seen.startedMs !== null)
