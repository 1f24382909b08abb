import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Driver } from './dataplane/surroundings.ts'
import { lockFolder, signFolder } from './folderLock.ts'
import { type Running, TAKEN } from './process.ts'
import { replaceFile } from './replaceFile.ts'
import { type Emulator, startEmulator } from './server.ts'

/** The background process of `--local`, run as `main.js <folder> --port <last port or 0> --latency <factor>`. Its output is its log. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string', default: '0' }, latency: { type: 'string', default: '0' } },
})
const [folder = '.'] = positionals
const latency = Number(values.latency)

/** Throws for a name that is no driver. */
const driverIn = (name = 'process'): Driver => {
  if (name === 'process' || name === 'docker' || name === 'podman') return name
  throw new Error(`STORYARCH_LOCAL_DRIVER is ${name}, which is none of process, docker, podman`)
}

const lock = lockFolder(folder)
// Two servers would write over each other's state.
if (lock === null) process.exit(TAKEN)
signFolder(folder)

const start = async (port: number): Promise<Emulator> => {
  try {
    return await startEmulator({
      folder,
      port,
      latency,
      driver: driverIn(process.env['STORYARCH_LOCAL_DRIVER']),
      report: error => console.error(error),
      log: line => console.error(line),
    })
  } catch (error) {
    // Somebody else has the port of last time.
    if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return start(0)
  }
}

const emulator = await start(Number(values.port))
const running: Running = {
  pid: process.pid,
  port: emulator.port,
  endpoint: emulator.endpoint,
  startedAt: new Date().toISOString(),
  latency,
}
replaceFile(join(folder, 'server.json'), JSON.stringify(running))

const stop = () =>
  void emulator
    .close()
    // Whatever it could not do: it shall end.
    .catch(error => console.error(error))
    .then(() => {
      lock.release()
      process.exit(0)
    })
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
// One bad request must not take everybody's AWS away; the log keeps the stack.
process.on('uncaughtException', error => console.error(error))

process.send?.(running)
if (process.connected) process.disconnect()
