import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import { eventual } from '../../src/aws/eventual.ts'
import { leaseInTable } from '../../src/aws/leaseInTable.ts'
import { tagged } from '../../src/aws/tagged.ts'
import { kinds } from '../../src/cli/worldOf.ts'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { type Emulator, startEmulator } from '../../src/emulator/server.ts'
import type { Event } from '../../src/engine/events.ts'
import { STACK } from '../../src/engine/stackTags.ts'
import type { World } from '../../src/engine/world.ts'

/** The real provisioners on the AWS that listens at `endpoint`. */
export const openWorld = (
  endpoint: string,
  region: string,
  options: { maxAttempts?: number; signal?: AbortSignal; who?: string } = {},
): World & { session: AwsSession; events: Event[] } => {
  const session = createAws({ region, profile: null, endpoint, maxAttempts: options.maxAttempts ?? 3 })
  const events: Event[] = []
  const claimant = {
    who: options.who ?? 'test',
    where: 'here',
    owner: randomUUID(),
    host: 'test',
    pid: process.pid,
    isAlive: () => true,
  }
  return {
    session,
    events,
    aws: session,
    kinds,
    tagged: stack => tagged(session, STACK, stack),
    lease: table => leaseInTable(session, table, claimant, Date.now),
    eventual,
    clock: { nowMs: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    report: event => void events.push(event),
    signal: options.signal ?? new AbortController().signal,
  }
}

/** An embedded AWS of its own, in a folder that `close` removes. */
export const freshAws = async (
  intercept: Intercept = () => undefined,
): Promise<Emulator & { bugs: unknown[]; close: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-test-'))
  const bugs: unknown[] = []
  const report = (error: unknown) => void bugs.push(error)
  // Its tasks have images that nobody pushed.
  const emulator = await startEmulator({ folder, intercept, report, driver: 'none' })
  return {
    ...emulator,
    bugs,
    close: async () => {
      await emulator.close()
      await rm(folder, { recursive: true })
    },
  }
}
