import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian's docker-registry on a free port of this machine. */
export interface DebianRegistry {
  readonly host: string
  /** Its storage; may be removed while nobody asks. */
  readonly storage: string
  close(): Promise<void>
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** `htpasswd`: lines of an htpasswd file with bcrypt hashes, whose users it demands; null lets everybody in. */
export const openDebianRegistry = async (htpasswd: string | null): Promise<DebianRegistry> => {
  const folder = mkdtempSync(join(tmpdir(), 'storyarch-registry-'))
  const host = `127.0.0.1:${await freePort()}`
  const storage = join(folder, 'data')
  if (htpasswd !== null) writeFileSync(join(folder, 'htpasswd'), htpasswd)
  const auth = { htpasswd: { realm: 'here', path: join(folder, 'htpasswd') } }
  writeFileSync(
    join(folder, 'config.yml'),
    JSON.stringify({
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: storage } },
      http: { addr: host },
      ...(htpasswd !== null && { auth }),
    }),
  )
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('close', resolve))
  const answers = () =>
    fetch(`http://${host}/v2/`).then(
      () => true,
      () => false,
    )
  for (let tries = 0; !(await answers()); tries++) {
    if (tries === 200 || child.exitCode !== null) throw new Error('docker-registry does not start')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    host,
    storage,
    close: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
