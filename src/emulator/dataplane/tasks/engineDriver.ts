import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { Call } from '../../service.ts'
import { CannotStart, type ContainerDriver, type ContainerOrder, type RunningContainer } from './driver.ts'
import { imageArchive } from './imageArchive.ts'
import { CannotPull, type StoredImage, storedImage } from './storedImage.ts'

/** By this label an emulator knows its containers again. */
const LABEL = 'storyarch.place'

/**
 * Runs containers with Docker or Podman, on this machine's network: they find the embedded AWS at its loopback address, and
 * the task's public address is where they listen. The image is loaded from the embedded registry's storage.
 */
export const engineDriver = (
  engine: 'docker' | 'podman',
  callOf: (service: string, region: string) => Call,
): ContainerDriver => {
  const ask = async (words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> =>
    (await promisify(execFile)(engine, words, { env })).stdout.trim()
  const label = (): string => `${LABEL}=${callOf('ecs', 'us-east-1').folder('tasks')}`

  return {
    async pull(image, region, platform) {
      const stored = await storedImage(place => callOf('ecr', place), image, region, platform)
      const name = nameOf(stored)
      const there = await ask(['image', 'inspect', name]).then(
        () => true,
        () => false,
      )
      if (!there) await load(engine, stored, name)
      return stored
    },

    /** An engine that is not there has left nothing. */
    async endLeftovers() {
      const listed = await ask(['ps', '--all', '--quiet', '--filter', `label=${label()}`]).catch(() => '')
      const ids = listed.split('\n').filter(id => id !== '')
      if (ids.length > 0) await ask(['rm', '--force', ...ids])
      return ids.length
    },

    async start(order) {
      const { words, env } = creation(order, label())
      try {
        await ask(words, { ...process.env, ...env })
        await ask(['start', order.id])
      } catch (error) {
        await ask(['rm', '--force', order.id]).catch(() => {})
        throw new CannotStart(lastLine(error))
      }
      const log = spawn(engine, ['logs', '--follow', order.id], { stdio: ['ignore', 'pipe', 'pipe'] })
      return running(engine, order.id, log, ask)
    },
  }
}

/** The words that make a container. Values go by the environment of the engine's client: others may read its words. */
const creation = (order: ContainerOrder, label: string): { words: string[]; env: Record<string, string> } => {
  const [entryPoint = '', ...words] = order.command
  const ofImage = new Set(order.image?.config.Env ?? [])
  const own = Object.entries(order.environment).filter(([name, value]) => !ofImage.has(`${name}=${value}`))
  return {
    words: [
      ...['create', '--name', order.id, '--label', label, '--network', 'host'],
      ...['--workdir', order.workingDirectory, ...(order.init ? ['--init'] : [])],
      // The client needs its own PATH.
      ...own.flatMap(([name, value]) => ['--env', name === 'PATH' ? `${name}=${value}` : name]),
      ...order.mounts.flatMap(({ path, folder, readOnly }) => [
        '--volume',
        `${folder}:${path}${readOnly ? ':ro' : ''}`,
      ]),
      ...(entryPoint === '' ? [] : ['--entrypoint', entryPoint]),
      ...[order.image ? nameOf(order.image) : '', ...words],
    ],
    env: Object.fromEntries(own.filter(([name]) => name !== 'PATH')),
  }
}

const running = (
  engine: string,
  id: string,
  log: ChildProcess,
  ask: (words: readonly string[]) => Promise<string>,
): RunningContainer => {
  const told = once(log, 'close')
  const exited = (async () => {
    const code = Number(await ask(['wait', id]))
    await told
    await ask(['rm', '--force', id]).catch(() => {})
    return code
  })()
  return {
    output: log.stdout && log.stderr ? { stdout: log.stdout, stderr: log.stderr } : null,
    exited,
    // It may have ended by itself just now.
    signal: name => void ask(['kill', '--signal', name, id]).catch(() => {}),
    async check(command, timeoutMs) {
      const probe = spawn(engine, ['exec', id, ...command], { stdio: 'ignore', timeout: timeoutMs })
      const [code] = await once(probe, 'exit').catch(() => [1])
      return code === 0
    },
  }
}

/** The name under which the engine has an image; equal images have an equal one. */
const nameOf = ({ configPath, layers }: StoredImage): string =>
  `storyarch.local/image:${createHash('sha256')
    .update([configPath, ...layers].join('\n'))
    .digest('hex')
    .slice(0, 32)}`

const load = async (engine: string, image: StoredImage, name: string): Promise<void> => {
  const loading = spawn(engine, ['load', '--quiet'], { stdio: ['pipe', 'ignore', 'pipe'] })
  let fault = ''
  loading.stderr.on('data', chunk => {
    fault += chunk
  })
  const ended = once(loading, 'close').catch(error => {
    fault = String(error)
    return [1]
  })
  // An engine that fails stops reading; what it says tells more than the broken pipe.
  await imageArchive(image, name, loading.stdin).catch(error => {
    fault ||= String(error)
  })
  const [code] = await ended
  if (code !== 0) throw new CannotPull(`${engine} cannot load the image: ${fault.trim().split('\n').at(-1)}`)
}

const lastLine = (error: unknown): string => {
  const { stderr = '', message } = error as Error & { stderr?: string }
  return stderr.trim().split('\n').at(-1) || message
}
