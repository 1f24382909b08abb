import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

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

/** Runs a program to its end; null when there is no such program. Rejects when aborted. */
export const run = (program: string, words: readonly string[], running: Running): Promise<Ran | null> =>
  new Promise((resolve, reject) => {
    const { folder, env, line, signal } = running
    signal.throwIfAborted()
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
    const stop = () => {
      if (child.pid === undefined) return
      try {
        process.kill(-child.pid, 'SIGTERM')
      } catch {
        // It just ended.
      }
    }
    signal.addEventListener('abort', stop, { once: true })
    child.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', stop)
      if (error.code === 'ENOENT') resolve(null)
      else reject(error)
    })
    child.once('close', code => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason)
      else resolve({ code, output: lines.join('\n') })
    })
  })
