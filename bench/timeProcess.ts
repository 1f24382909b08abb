import { spawn } from 'node:child_process'

export interface Timing {
  readonly wallMs: number
  /** User and system time of the whole process tree, as the shell's `times` accounts it. */
  readonly cpuMs: number
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command as a whole process and says what it cost. */
export const timeProcess = (
  command: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Timing> =>
  new Promise((resolve, reject) => {
    const script = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&4; } 4>&2 2>&3'
    const child = spawn('bash', ['-c', script, 'time', ...command], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    const texts = ['', '', '', '']
    for (const fd of [1, 2, 3]) child.stdio[fd]?.on('data', (data: Buffer) => (texts[fd] += data.toString()))
    child.on('error', reject)
    child.on('close', exitCode => {
      const [real = 0, user = 0, system = 0] = (texts[3] ?? '').trim().split(/\s+/).map(Number)
      resolve({
        wallMs: real * 1000,
        cpuMs: (user + system) * 1000,
        exitCode: exitCode ?? -1,
        stdout: texts[1] ?? '',
        stderr: texts[2] ?? '',
      })
    })
  })
