import { createHash } from 'node:crypto'
import type { WithBackend } from './withBackend.ts'

/** Below the ports that Linux gives to outgoing connections. */
const FIRST = 10_000
const PORTS = 10_000

/**
 * Where the app says that it is busy, on the task's own loopback: one of the stack's, since under `--local` all tasks share
 * this machine's, and never the app's own.
 */
export const agentPort = ({ project, environment, backend }: WithBackend): number => {
  const digest = createHash('sha256').update(`${project}/${environment}`).digest()
  const port = FIRST + (digest.readUInt32BE() % PORTS)
  return port === backend.port ? port + 1 : port
}
