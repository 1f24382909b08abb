import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { join } from 'node:path'
import type { Call, Table } from '../../service.ts'
import { environmentOf, nodeFolder, type View, viewOf } from './containerView.ts'
import { CannotStart, type ContainerDriver, type ContainerOrder, type RunningContainer } from './driver.ts'
import { imageTree } from './imageTree.ts'
import { endLeftProcesses, endStrays, type ProcessRow, processBegin, signalProcess } from './processes.ts'
import { CannotPull, storedImage } from './storedImage.ts'
import { copyTree } from './trees.ts'

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
        const env = environmentOf(order, view, await nodeFolder(home()))
        const child = await begun(order, view, env)
        const exited = ended(child, order.id).finally(() => table.delete(order.id))
        const { pid = null } = child
        if (pid !== null) {
          const begin = await processBegin(pid)
          if (table.has(order.id)) table.set(order.id, { ...row, pid, begin })
        }
        return { ...running(view, child, env), exited }
      } catch (error) {
        table.delete(order.id)
        throw error
      }
    },
  }
}

const begun = async (order: ContainerOrder, view: View, env: NodeJS.ProcessEnv): Promise<ChildProcess> => {
  const [program, ...words] = order.command.map(view.word)
  if (program === undefined) throw new CannotStart('no command specified')
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

const running = (view: View, child: ChildProcess, env: NodeJS.ProcessEnv) =>
  ({
    output: child.stdout && child.stderr ? { stdout: child.stdout, stderr: child.stderr } : null,
    signal: name => {
      if (child.exitCode === null && child.signalCode === null) child.kill(name)
    },
    async check(command, timeoutMs) {
      const [program = '', ...words] = command.map(view.word)
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
