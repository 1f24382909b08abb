import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Table } from '../../service.ts'

/** A row of `processes`, keyed by mark: the processes of one container. Written before the first of them begins. */
export interface ProcessRow {
  /** Stands in the environment of every process of the container, and in no other. */
  mark: string
  /** The first process, and leader of its group; null: it may not have begun. */
  pid: number | null
  /** The system's own word for when it began: another process of that number has another one. */
  begin: string | null
}

/** When a process began, in the system's words; null when there is none. */
export const processBegin = async (pid: number): Promise<string | null> => {
  try {
    if (process.platform !== 'linux')
      return (await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim() || null
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces and brackets; the 20th field behind it is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Calm when the process, or every process of the group (a negative id), has ended, or never was (undefined). */
export const signalProcess = (pid: number | undefined, signal: NodeJS.Signals): void => {
  // To the system 0 and -1 are our own group, and everybody.
  if (pid === undefined || Math.abs(pid) <= 1 || Number.isNaN(pid)) return
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Ends processes of a container that left its group: on Linux they are known by what stands in their environment. A
 * container takes all of its processes with it, and a process of this machine must not outlive it either.
 */
export const endStrays = async (mark: string): Promise<number> => {
  if (process.platform !== 'linux') return 0
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async pid => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
      return environment.includes(mark) ? [pid] : []
    }),
  )
  for (const pid of found.flat()) signalProcess(pid, 'SIGKILL')
  return found.flat().length
}

/** Ends what an emulator that was killed has left running, and forgets it; how many containers that were. */
export const endLeftProcesses = async (table: Table<ProcessRow>): Promise<number> => {
  const ended = await Promise.all(
    table.values().map(async ({ pid, begin, mark }) => {
      const ours = pid !== null && begin !== null && (await processBegin(pid)) === begin
      if (ours) signalProcess(-pid, 'SIGKILL')
      const strays = await endStrays(mark)
      table.delete(mark)
      return ours || strays > 0
    }),
  )
  return ended.filter(Boolean).length
}
