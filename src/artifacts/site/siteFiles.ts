import { type BigIntStats, type Dirent, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { UserError } from '../../errors.ts'
import { cannotRead } from '../fileTree.ts'
import { GENERATED } from './release.ts'

/** A file to serve. */
export interface SiteFile {
  /** Relative, with `/` between its names; the key in the bucket. */
  readonly path: string
  /** Absolute, links resolved. */
  readonly file: string
  readonly size: number
  /** Changes with every write to the file. */
  readonly stamp: string
}

/** Never meant for visitors: version control, what systems leave in folders, secrets of development, our own. */
const LEFT_OUT =
  /^(\.git|\.gitignore|\.gitattributes|\.gitkeep|\.svn|\.hg|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.env(\..*)?|\.npmrc|\.storyarch)$/i

const MOST_KEY_BYTES = 1024

/**
 * The files of a folder that are to be served, sorted by path. Links are followed as long as they stay inside.
 * Throws UserError for a missing or empty folder, for links that lead out, nowhere or round, for what is neither
 * file nor folder, and for names that S3 or the tool itself cannot have.
 */
export const siteFiles = (folder: string): SiteFile[] => {
  const root = guarded(folder, () => realpathSync.native(folder))
  const found: SiteFile[] = []
  walk({ root, found }, root, '', [root])
  if (found.length === 0)
    throw new UserError(
      `${folder} holds no files to serve.`,
      'Check `frontend.source`, or `output` of its build, in the manifest.',
    )
  for (const { path } of found) checkName(folder, path)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const guarded = <T>(path: string, look: () => T): T => {
  try {
    return look()
  } catch (error) {
    return cannotRead(path)(error as NodeJS.ErrnoException)
  }
}

const BIG = { bigint: true } as const

const sizeAndStamp = ({ size, ino, mtimeNs, ctimeNs }: BigIntStats): Pick<SiteFile, 'size' | 'stamp'> => ({
  size: Number(size),
  stamp: `${size} ${ino} ${mtimeNs} ${ctimeNs}`,
})

interface Walk {
  readonly root: string
  readonly found: SiteFile[]
}

/** `way`: the folders on the way here, resolved; a link to one of them would go round. */
const walk = (to: Walk, folder: string, prefix: string, way: readonly string[]): void => {
  const entries = guarded(folder, () => readdirSync(folder, { withFileTypes: true }))
  // Elsewhere it is no installation: Expo's build names a folder of fonts and images after where they came from.
  const installed = entries.some(({ name }) => name === 'package.json')
  for (const entry of entries) {
    if (LEFT_OUT.test(entry.name) || (installed && entry.name === 'node_modules')) continue
    const file = `${folder}${sep}${entry.name}`
    const path = prefix + entry.name
    if (path.includes('\uFFFD'))
      throw new UserError(
        `${JSON.stringify(file)} has a name that is not UTF-8, so it has no address.`,
        'Rename it.',
      )
    if (entry.isDirectory()) walk(to, file, `${path}/`, [...way, file])
    else if (entry.isFile())
      to.found.push({ path, file, ...sizeAndStamp(guarded(file, () => statSync(file, BIG))) })
    else follow(to, entry, file, path, way)
  }
}

const follow = (to: Walk, entry: Dirent, link: string, path: string, way: readonly string[]): void => {
  if (!entry.isSymbolicLink())
    throw new UserError(`${link} is neither a file nor a folder nor a link.`, 'Move it out of the folder.')
  const real = target(link)
  if (real !== to.root && !real.startsWith(to.root + sep))
    throw new UserError(
      `${link} is a link that leaves the folder: it leads to ${real}.`,
      'Copy what it points to into the folder, or remove the link.',
    )
  const found = guarded(real, () => statSync(real, BIG))
  if (found.isFile()) to.found.push({ path, file: real, ...sizeAndStamp(found) })
  else if (!found.isDirectory())
    throw new UserError(`${link} leads to what is neither a file nor a folder.`, 'Remove the link.')
  else if (way.includes(real))
    throw new UserError(
      `${link} is a link to ${relative(to.root, real) || 'the folder itself'}, which it lies in: it has no end.`,
      'Remove the link.',
    )
  else walk(to, real, `${path}/`, [...way, real])
}

const target = (link: string): string => {
  try {
    return realpathSync.native(link)
  } catch (cause) {
    const leads =
      (cause as NodeJS.ErrnoException).code === 'ELOOP' ? 'leads back to itself' : 'does not exist'
    throw new UserError(
      `${link} is a link to ${readlinkSync(link)}, which ${leads}.`,
      'Remove the link, or make what it points to.',
      { cause },
    )
  }
}

const checkName = (folder: string, path: string): void => {
  const shown = () => JSON.stringify(join(folder, path))
  if (path.length > MOST_KEY_BYTES / 4 && Buffer.byteLength(path) > MOST_KEY_BYTES)
    throw new UserError(
      `${shown()} has a path of more than ${MOST_KEY_BYTES} bytes, which S3 cannot hold.`,
      'Shorten it.',
    )
  if (GENERATED.includes(path))
    throw new UserError(
      `${shown()} has the name of a file that storyarch serves beside the app.`,
      'Rename it; the page finds its API in /storyarch.json.',
    )
}
