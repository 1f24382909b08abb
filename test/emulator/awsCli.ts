import { spawn, spawnSync } from 'node:child_process'

/** Undefined when `program` can be run; otherwise why the tests that need it are skipped. */
export const missing = (program: string, ...arguments_: string[]): string | undefined =>
  spawnSync(program, arguments_, { stdio: 'ignore' }).status === 0 ? undefined : `${program} is not installed`

export interface Finished {
  code: number | null
  out: string
  err: string
}

/** Runs `aws` with the environment given and nothing else of the user's. */
export const awsCli = (environment: Record<string, string>, ...arguments_: string[]): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn('aws', arguments_, {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        AWS_CONFIG_FILE: '/nonexistent',
        AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', chunk => out.push(chunk))
    child.stderr.on('data', chunk => err.push(chunk))
    child.on('error', reject)
    child.on('close', code =>
      resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
    )
  })
