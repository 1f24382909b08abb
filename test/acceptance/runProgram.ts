import { spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The built program, as a user starts it, on the AWS at `endpoint`. `child` can be killed meanwhile. */
export const startProgram = (endpoint: string, args: readonly string[]) => {
  const child = spawn(process.execPath, [join(ROOT, 'bin/storyarch.js'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CI: '1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', data => (stdout += data))
  child.stderr.on('data', data => (stderr += data))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, ended }
}

export const runProgram = (endpoint: string, ...args: string[]): Promise<Ended> =>
  startProgram(endpoint, args).ended

/** Its last line on stdout under `--json`: the summary event. */
export const summaryOf = ({ stdout }: Ended): Record<string, unknown> =>
  JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
