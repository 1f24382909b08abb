import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** The AWS nobody here wrote, on a free port; kill it when done. Throws when it does not answer within a minute. */
export const startMoto = async (): Promise<{ endpoint: string; stop(): void }> => {
  const port = await freePort()
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  })
  const endpoint = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 60_000
  while (!(await answers(endpoint))) {
    if (Date.now() > deadline) throw new Error('moto_server does not answer')
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  return { endpoint, stop: () => child.kill('SIGKILL') }
}

const answers = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/moto-api/`).then(
    response => response.ok,
    () => false,
  )

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
