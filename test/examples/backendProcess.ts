import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** An app that runs as its own process, as it does in its container. */
export interface BackendProcess {
  readonly url: string
  /** What it printed. */
  readonly output: () => string
  /** Sends SIGTERM; answers the exit code, or the signal that ended it. */
  readonly stop: () => Promise<number | NodeJS.Signals | null>
}

export interface BackendCommand {
  readonly program: string
  readonly words: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Finds the port in what the program prints once it listens. */
  readonly listens: RegExp
}

const portOf = (child: ChildProcess, output: () => string, listens: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    const look = () => {
      const port = listens.exec(output())?.[1]
      if (port !== undefined) resolve(port)
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`It ended before it listened:\n${output()}`)))
  })

/** Starts it, and answers once it listens. */
export const startBackend = async (command: BackendCommand): Promise<BackendProcess> => {
  const child = spawn(command.program, command.words, {
    cwd: command.folder,
    env: { PATH: process.env['PATH'], ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      said += text
    })
  }
  const output = () => said
  const ended = once(child, 'exit')
  const port = await portOf(child, output, command.listens)
  return {
    url: `http://127.0.0.1:${port}`,
    output,
    stop: async () => {
      child.kill('SIGTERM')
      const [code, signal] = await ended
      return signal ?? code
    },
  }
}
