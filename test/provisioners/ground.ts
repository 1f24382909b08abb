import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { freshAws } from '../acceptance/liveStack.ts'

/** An AWS the contract can be tried on. */
export interface Ground {
  readonly name: 'embedded' | 'moto'
  /** Why it cannot be had here; null when it can. */
  readonly missing: string | null
  open(): Promise<{ readonly endpoint: string; close(): Promise<void> }>
}

export const embedded: Ground = { name: 'embedded', missing: null, open: () => freshAws() }

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const answers = async (endpoint: string): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100))
    if (
      await fetch(`${endpoint}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
  throw new Error(`moto_server does not answer at ${endpoint}`)
}

export const moto: Ground = {
  name: 'moto',
  missing: spawnSync('moto_server', ['--help']).error === undefined ? null : 'moto_server is not installed',
  async open() {
    const port = await freePort()
    const server = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
      stdio: 'ignore',
      env: {
        ...process.env,
        // Without it moto knows none of the policies that AWS itself keeps.
        MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
        // Seconds until a certificate is issued.
        MOTO_ACM_VALIDATION_WAIT: '1',
      },
    })
    const endpoint = `http://127.0.0.1:${port}`
    await answers(endpoint)
    return {
      endpoint,
      close: async () => {
        const gone = new Promise(resolve => server.once('exit', resolve))
        server.kill()
        await gone
      },
    }
  },
}
