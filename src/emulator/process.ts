import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { join, sep } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { packageRoot } from './packageRoot.ts'

/** The embedded AWS as a background process. */
export interface Running {
  readonly pid: number
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** ISO 8601. */
  readonly startedAt: string
  /** What AWS takes its time for is scaled by this: 0 at once, 1 as slow as AWS. */
  readonly latency: number
}

/** Where APIs and distributions of the embedded AWS answer: `http://127.0.0.1:<port>` by id. */
export interface Addresses {
  readonly apis: Readonly<Record<string, string>>
  readonly distributions: Readonly<Record<string, string>>
}

/** With this exit code a server ends that finds its folder taken. */
export const TAKEN = 75

const ADDRESSES_PATH = '/_storyarch/addresses'
const HEALTH_PATH = '/_storyarch/health'
const HEALTH_TIMEOUT_MS = 2_000
const START_DEADLINE_MS = 20_000
/** More than its tasks have to end. */
const STOP_DEADLINE_MS = 8_000
const POLL_MS = 20

/** Where a project's embedded AWS keeps its state, its `server.json` and its log. */
export const localFolder = (projectFolder: string): string => join(projectFolder, '.storyarch', 'local')

export const localLog = (folder: string): string => join(folder, 'server.log')

/** The server that uses `folder`, or null. It has answered just now. */
export const localStatus = async (folder: string): Promise<Running | null> => {
  const last = lastServer(folder)
  if (last === null || !isAlive(last.pid)) return null
  const health = await ask<{ pid: number; folder: string }>(last.port, HEALTH_PATH)
  return health?.pid === last.pid && health.folder === folder ? last : null
}

/** What the server at `port` serves; null when none of ours answers there. */
export const localAddresses = (port: number): Promise<Addresses | null> =>
  ask<Addresses>(port, ADDRESSES_PATH)

/**
 * The server that uses `folder`, started when there is none. Of two starts at once one starts and both get the same server.
 * It keeps the port it had last time if that is free. Throws with the end of its log when it does not come up.
 */
export const startLocal = async (folder: string, options: { latency: number }): Promise<Running> => {
  mkdirSync(folder, { recursive: true })
  const deadline = Date.now() + START_DEADLINE_MS
  while (Date.now() < deadline) {
    const running = (await localStatus(folder)) ?? (await spawnServer(folder, options.latency))
    if (running) return running
    // Somebody else's is coming up, or has no time to answer.
    await pause(POLL_MS)
  }
  throw new Error(`The embedded AWS in ${folder} runs and does not answer; \`storyarch local stop\` ends it`)
}

/** Ends the server of `folder`, also one that does not answer, and its tasks; false when there was none. State stays. */
export const stopLocal = async (folder: string): Promise<boolean> => {
  const ran = await endServer(folder)
  await endLeftTasks(folder)
  return ran
}

/** Empties `folder`; a server that ran runs again afterwards, on the same port. */
export const resetLocal = async (folder: string): Promise<Running | null> => {
  if (!existsSync(folder)) return null
  const { lockFolder } = await folderLock()
  const ran = await stopLocal(folder)
  let lock = lockFolder(folder)
  // Another start was quicker: nobody may take away what its server has just read.
  for (; lock === null; lock = lockFolder(folder)) await stopLocal(folder)
  const latency = lastServer(folder)?.latency ?? 0
  for (const name of readdirSync(folder))
    if (name !== 'server.json' && name !== 'server.lock')
      rmSync(join(folder, name), { recursive: true, force: true })
  lock.release()
  return ran ? startLocal(folder, { latency }) : null
}

const endServer = async (folder: string): Promise<boolean> => {
  const pid = (await localStatus(folder))?.pid ?? (await folderLock()).holderOf(folder)
  if (pid === null) return false
  signal(pid, 'SIGTERM')
  const deadline = Date.now() + STOP_DEADLINE_MS
  while (isAlive(pid)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL')
    await pause(POLL_MS)
  }
  return true
}

/** What a killed server left running is known to its state alone, and ended by the next server with that state. */
const endLeftTasks = async (folder: string): Promise<void> => {
  if (!existsSync(join(folder, 'state.jsonl'))) return
  const { tasksAreLeftIn } = await import('./leftTasks.ts')
  if (!tasksAreLeftIn(folder)) return
  await startLocal(folder, { latency: lastServer(folder)?.latency ?? 0 })
  await endServer(folder)
}

/** Loaded when it is wanted: a server that answers needs none of it. */
const folderLock = () => import('./folderLock.ts')

const lastServer = (folder: string): Running | null => {
  try {
    return JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'))
  } catch {
    return null
  }
}

/** What answers at `port`, if it is one of us. Node's fetch would cost 30 ms to load. */
const ask = async <T>(port: number, path: string): Promise<T | null> => {
  const request = get({
    host: '127.0.0.1',
    port,
    path,
    timeout: HEALTH_TIMEOUT_MS,
    agent: false,
  })
  request.on('timeout', () => request.destroy(new Error('no answer')))
  try {
    const [response] = await once(request, 'response')
    if (response.statusCode !== 200) {
      response.resume()
      return null
    }
    return (await json(response)) as T
  } catch {
    return null
  }
}

/** Calm when the process has ended by itself meanwhile. */
const signal = (pid: number, name: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The bundle when we are part of one, else the source. */
const entry = (): string => {
  const root = packageRoot(import.meta.url)
  const bundled = fileURLToPath(import.meta.url).startsWith(join(root, 'dist') + sep)
  return bundled ? join(root, 'dist', 'emulator', 'main.js') : join(root, 'src', 'emulator', 'main.ts')
}

/** Null: another server has taken the folder meanwhile. */
const spawnServer = async (folder: string, latency: number): Promise<Running | null> => {
  const log = openSync(localLog(folder), 'a')
  const port = lastServer(folder)?.port ?? 0
  const child = spawn(
    process.execPath,
    [entry(), folder, '--port', String(port), '--latency', String(latency)],
    { detached: true, stdio: ['ignore', log, log, 'ipc'] },
  )
  closeSync(log)
  const ready = once(child, 'message')
  const failed = once(child, 'exit').then(([code]) => {
    if (code === TAKEN) return [null]
    throw new Error(`The embedded AWS ended with ${code}:\n${tail(localLog(folder))}`)
  })
  const [running] = await Promise.race([ready, failed])
  failed.catch(() => {})
  if (child.connected) child.disconnect()
  child.unref()
  return running as Running | null
}

const tail = (path: string): string => readFileSync(path, 'utf8').split('\n').slice(-20).join('\n')
