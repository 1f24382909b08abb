import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { localFolder, localLog, localStatus, resetLocal, startLocal, stopLocal } from '../emulator/process.ts'
import type { Shell } from './shell.ts'

/** The embedded AWS of this directory. */
export const localAws = ({ host }: Shell) => {
  const folder = localFolder(resolve(host.directory))
  return {
    start: (latency: number | null) => startLocal(folder, { latency: latency ?? 0 }),
    stop: () => stopLocal(folder),
    status: () => localStatus(folder),
    reset: () => resetLocal(folder),
    /** What it wrote so far; empty when it never ran. */
    log: () => readFile(localLog(folder), 'utf8').catch(() => ''),
  }
}
