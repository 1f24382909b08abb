import { setTimeout as sleep } from 'node:timers/promises'
import type { AwsSession } from '../aws/createAws.ts'
import { eventual } from '../aws/eventual.ts'
import { leaseInTable } from '../aws/leaseInTable.ts'
import { tagged } from '../aws/tagged.ts'
import type { Report } from '../engine/events.ts'
import { STACK } from '../engine/stackTags.ts'
import type { Kinds, World } from '../engine/world.ts'
import { lookups, provisioners } from '../provisioners/index.ts'
import { claimantOf } from './claimant.ts'
import type { Shell } from './shell.ts'

/** What the engine works on: the session's AWS, every kind there is, and this process as the one who holds the lease. */
export const worldOf = (session: AwsSession, shell: Shell, report: Report): World => {
  const { host } = shell
  return {
    aws: session,
    kinds,
    tagged: stack => tagged(session, STACK, stack),
    lease: table => leaseInTable(session, table, claimantOf(host.env), host.now),
    eventual,
    clock: { nowMs: host.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    report,
    signal: host.interrupted,
  }
}

const known = <T>(table: Readonly<Record<string, T>>, kind: string): T => {
  const found = table[kind]
  if (found === undefined) throw new Error(`nothing knows the kind ${kind}`)
  return found
}

/** Every kind there is. Throws for a name that is none. */
export const kinds: Kinds = {
  names: Object.keys(provisioners),
  provisioner: kind => known(provisioners, kind),
  lookup: kind => known(lookups, kind),
}
