import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFailed } from 'vitest'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly ended: Promise<Ended>
  readonly stdout: NodeJS.ReadableStream
  readonly stderr: NodeJS.ReadableStream
  kill(signal: NodeJS.Signals): void
}

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'storyarch.js')

/** An environment in which nothing of this machine's AWS, CI or terminal shows. */
const clean = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  ...env,
})

/** Says with a failed test what the program said in it: a code alone tells nobody why. */
const tellIfTestFails = (words: readonly string[], ended: Promise<Ended>): void => {
  try {
    onTestFailed(async () => {
      const { code, signal, stdout, stderr } = await ended
      console.error(`storyarch ${words.join(' ')}\n${stdout}${stderr}ended with ${code ?? signal}`)
    })
  } catch {
    // Not within a test but in a hook, which says for itself.
  }
}

/** Starts the built program, as a shell would. */
export const start = (words: readonly string[], options: Options = {}): Running => {
  const running = spawned(words, options)
  tellIfTestFails(words, running.ended)
  return running
}

const spawned = (
  words: readonly string[],
  { env = {}, cwd = process.cwd(), nodeFlags = [], readerLeaves = false }: Options = {},
): Running => {
  const child = spawn(process.execPath, [...nodeFlags, LAUNCHER, ...words], {
    cwd,
    env: clean(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (readerLeaves) child.stdout.destroy()
  const read = readerLeaves ? '' : text(child.stdout)
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    ended: Promise.all([exit, read, text(child.stderr)]).then(([end, stdout, stderr]) => ({
      ...end,
      stdout,
      stderr,
    })),
    stdout: child.stdout,
    stderr: child.stderr,
    kill: signal => void child.kill(signal),
  }
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly nodeFlags?: readonly string[]
  /** Closes the pipe that stdout is read from, as `head` does when it has enough. */
  readonly readerLeaves?: boolean
}

/** Runs the built program to its end. */
export const storyarch = (words: readonly string[], options: Options = {}): Promise<Ended> =>
  start(words, options).ended
