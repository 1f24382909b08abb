import { randomUUID } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Host } from './host.ts'
import { machine } from './machine.ts'

type Env = Host['env']

/** Who asks for a stack's lease: told to whoever finds it taken. */
export const claimantOf = (env: Env) => ({
  who: `${userName(env)}@${hostname()}`,
  where: ciRun(env) ?? process.cwd(),
  owner: randomUUID(),
  host: machine(),
  pid: process.pid,
  isAlive,
})

/** A container may run under a number that no user of it has. */
const userName = (env: Env): string => {
  try {
    return userInfo().username
  } catch {
    return env['USER'] ?? `user ${process.getuid?.()}`
  }
}

/** The page of the CI run, where there is one. */
const ciRun = (env: Env): string | undefined =>
  env['GITHUB_RUN_ID'] === undefined
    ? env['CI_JOB_URL']
    : `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${env['GITHUB_RUN_ID']}`

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
