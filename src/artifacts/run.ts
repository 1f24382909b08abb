import { spawn } from 'node:child_process'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { cannotRead } from './cannotRead.ts'

export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null
  /** Everything it wrote, stdout and stderr as they came. */
  readonly output: string
}

export interface Running {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** Each line as it comes. */
  line(text: string): void
  /** Ends the program and all it started. */
  readonly signal: AbortSignal
}

/** How long a program may take to end when it is asked to. */
const GRACE_MS = 5_000

/**
 * Runs a program to its end; null when there is no such program. Rejects when aborted.
 * Throws UserError when the folder is not there.
 */
export const run = async (
  program: string,
  words: readonly string[],
  { folder, env, line, signal }: Running,
): Promise<Ran | null> => {
  signal.throwIfAborted()
  // Node calls a missing folder a missing program.
  await access(folder).catch(cannotRead(folder))
  return new Promise((resolve, reject) => {
    // A group of its own, so that what a shell started ends with it.
    const child = spawn(program, words, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', text => {
        lines.push(text)
        if (text.trim() !== '') line(text.trim())
      })
    let killing: NodeJS.Timeout | undefined
    const stop = () => {
      end(child.pid, 'SIGTERM')
      killing = setTimeout(() => end(child.pid, 'SIGKILL'), GRACE_MS)
    }
    const settle = () => {
      signal.removeEventListener('abort', stop)
      clearTimeout(killing)
    }
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle()
      if (error.code === 'ENOENT') resolve(null)
      else reject(error)
    })
    child.once('close', code => {
      settle()
      if (signal.aborted) reject(signal.reason)
      else resolve({ code, output: lines.join('\n') })
    })
  })
}

const end = (pid: number | undefined, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It just ended.
  }
}
