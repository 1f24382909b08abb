import { existsSync } from 'node:fs'
import { mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { Call } from '../../service.ts'
import { type PathPair, realPaths } from './containerPaths.ts'
import type { ContainerOrder } from './driver.ts'
import { insideRoot } from './insideRoot.ts'

/** The container's folders as this machine knows them. */
export interface View {
  readonly pairs: readonly PathPair[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** A word of a command, in this machine's words. */
  word(text: string): string
}

export const viewOf = async (order: ContainerOrder, root: string): Promise<View> => {
  const folder = dirname(insideRoot(root, join(order.workingDirectory, 'x')))
  await mkdir(folder, { recursive: true })
  await mkdir(join(root, 'tmp'), { recursive: true })
  for (const mount of order.mounts) {
    // A program that goes there from its working directory shall find the volume too.
    const place = insideRoot(root, mount.path)
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
export const environmentOf = (order: ContainerOrder, view: View, nodeFolder: string): NodeJS.ProcessEnv => {
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
export const nodeFolder = async (call: Call): Promise<string> => {
  const folder = call.folder('bin')
  const link = join(folder, 'node')
  if ((await readlink(link).catch(() => null)) !== process.execPath) {
    await rm(link, { force: true })
    // Two tasks at once: the other one was quicker.
    await symlink(process.execPath, link).catch(() => {})
  }
  return folder
}
