import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Call, Table } from '../../service.ts'
import { type PathPair, realPaths } from './containerPaths.ts'
import { copyTree } from './copyTree.ts'
import { CannotStart, type ContainerDriver, type ContainerOrder, type RunningContainer } from './driver.ts'
import { imageTree } from './imageTree.ts'
import { insideRoot } from './insideRoot.ts'
import { endLeftProcesses, endStrays, type ProcessRow, processBegin, signalProcess } from './processes.ts'
import { CannotPull, storedImage } from './storedImage.ts'

/** A stray may hold the output open: nobody waits longer for its last words. */
const LAST_WORDS_MS = 1_000

/**
 * Runs a container as a group of processes of this machine, in a copy of the image's files and with this machine's
 * programs: an image made without a base has none of its own. It is no prison. Paths of the container that lie in a mounted
 * volume or in its working directory are put in the real folders' words wherever the command or the environment names them;
 * a file of the image that the command names and this machine lacks is found too.
 */
export const processDriver = (ecsOf: (service: string, region: string) => Call): ContainerDriver => {
  const home = () => ecsOf('ecs', 'us-east-1')
  const processes = (): Table<ProcessRow> => home().table<ProcessRow>('processes')
  const cache = () => home().folder('images')

  return {
    pull: async (image, region, platform) => {
      const stored = await storedImage(place => ecsOf('ecr', place), image, region, platform)
      await imageTree(stored, cache()).catch(error => {
        throw new CannotPull(`failed to extract layers of ${image}: ${error.message}`)
      })
      return stored
    },
    endLeftovers: () => endLeftProcesses(processes()),
    async start(order) {
      const root = join(order.folder, 'root')
      if (order.image) await copyTree(await imageTree(order.image, cache()), root)
      const view = await viewOf(order, root)
      const table = processes()
      const row: ProcessRow = { mark: order.id, pid: null, begin: null }
      table.set(order.id, row)
      try {
        const child = await begun(order, view, await nodeFolder(home()))
        const exited = ended(child, order.id).finally(() => table.delete(order.id))
        const { pid = null } = child
        if (pid !== null) {
          const begin = await processBegin(pid)
          if (table.has(order.id)) table.set(order.id, { ...row, pid, begin })
        }
        return { ...running(order, view, child), exited }
      } catch (error) {
        table.delete(order.id)
        throw error
      }
    },
  }
}

/** The container's folders as this machine knows them. */
interface View {
  readonly pairs: readonly PathPair[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** A word of a command, in this machine's words. */
  word(text: string): string
}

const viewOf = async (order: ContainerOrder, root: string): Promise<View> => {
  const folder = await insideRoot(root, join(order.workingDirectory, 'x')).then(dirname)
  await mkdir(folder, { recursive: true })
  await mkdir(join(root, 'tmp'), { recursive: true })
  for (const mount of order.mounts) {
    // A program that goes there from its working directory shall find the volume too.
    const place = await insideRoot(root, mount.path)
    await rm(place, { recursive: true, force: true })
    await mkdir(dirname(place), { recursive: true })
    await symlink(mount.folder, place)
  }
  const pairs = [
    { inside: order.workingDirectory, real: folder },
    ...order.mounts.map(mount => ({ inside: mount.path, real: mount.folder })),
  ].map(pair => ({ ...pair, inside: pair.inside.replace(/\/+$/, '') }))
  return {
    pairs,
    folder,
    environment: Object.fromEntries(
      Object.entries(order.environment).map(([name, value]) => [name, realPaths(value, pairs)]),
    ),
    word: text => {
      const real = realPaths(text, pairs)
      const ofImage = real === text && text.startsWith('/') && !existsSync(text)
      return ofImage && existsSync(join(root, text)) ? join(root, text) : real
    },
  }
}

/** What a process finds in its environment beside what the container says. */
const environmentOf = (order: ContainerOrder, view: View, nodeFolder: string): NodeJS.ProcessEnv => {
  const { PATH = '', HOME } = process.env
  const own = (view.environment['PATH'] ?? '').split(':')
  // Of the image's own programs only those in its working directory can be run here (a virtual environment).
  const ofImage = own.filter(folder => view.pairs.some(({ real }) => folder.startsWith(real)))
  return {
    ...(HOME === undefined ? {} : { HOME }),
    LANG: 'C.UTF-8',
    TMPDIR: join(order.folder, 'root', 'tmp'),
    // The user's own settings and keys for the real AWS are none of the task's.
    AWS_CONFIG_FILE: join(order.folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(order.folder, 'no-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...view.environment,
    PATH: [...ofImage, nodeFolder, PATH].join(delimiter),
  }
}

/** A folder in which `node` is the one that runs us: another one on the PATH may be too old for the app. */
const nodeFolder = async (call: Call): Promise<string> => {
  const folder = call.folder('bin')
  if (!existsSync(join(folder, 'node'))) {
    await rm(join(folder, 'node'), { force: true })
    await symlink(process.execPath, join(folder, 'node')).catch(() => {})
  }
  return folder
}

const begun = async (order: ContainerOrder, view: View, node: string): Promise<ChildProcess> => {
  const [program, ...words] = order.command.map(view.word)
  if (program === undefined) throw new CannotStart('no command specified')
  const env = environmentOf(order, view, node)
  const child = spawn(program, words, {
    cwd: view.folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    await once(child, 'spawn')
    return child
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CannotStart(
      code === 'ENOENT'
        ? `exec: "${program}": executable file not found in $PATH`
        : `exec: "${program}": ${code}`,
    )
  }
}

const running = (order: ContainerOrder, view: View, child: ChildProcess) =>
  ({
    output: child.stdout && child.stderr ? { stdout: child.stdout, stderr: child.stderr } : null,
    signal: name => {
      if (child.exitCode === null && child.signalCode === null) child.kill(name)
    },
    async check(command, timeoutMs) {
      const [program = '', ...words] = command.map(view.word)
      const env = { ...environmentOf(order, view, ''), PATH: process.env['PATH'] ?? '' }
      const probe = spawn(program, words, { cwd: view.folder, env, detached: true, stdio: 'ignore' })
      const late = setTimeout(() => endGroup(probe), timeoutMs)
      const [code] = await once(probe, 'exit').catch(() => [1])
      clearTimeout(late)
      return code === 0
    },
  }) satisfies Omit<RunningContainer, 'exited'>

/** A container ends with its first process; what else is left of it is killed, as the kernel does in a container. */
const ended = async (child: ChildProcess, mark: string): Promise<number> => {
  const closed = once(child, 'close')
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  endGroup(child)
  await endStrays(mark)
  const silent = setTimeout(() => {
    child.stdout?.destroy()
    child.stderr?.destroy()
  }, LAST_WORDS_MS)
  await closed
  clearTimeout(silent)
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}

const endGroup = ({ pid }: ChildProcess): void =>
  signalProcess(pid === undefined ? undefined : -pid, 'SIGKILL')
