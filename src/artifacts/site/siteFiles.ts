import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { UserError } from '../../errors.ts'
import { cannotRead, fileTree, type TreeEntry } from '../fileTree.ts'
import { GENERATED } from './release.ts'

/** A file to serve. */
export interface SiteFile {
  /** Relative, with `/` between its names; the key in the bucket. */
  readonly path: string
  /** Absolute, links resolved. */
  readonly file: string
  readonly size: number
}

/** Never meant for visitors: version control, what systems leave in folders, secrets of development, our own. */
const LEFT_OUT =
  /^(\.git|\.gitignore|\.gitattributes|\.gitkeep|\.svn|\.hg|\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.env(\..*)?|\.npmrc|node_modules|\.storyarch)$/i

const MOST_KEY_BYTES = 1024

const isLeftOut = (path: string): boolean => LEFT_OUT.test(path.slice(path.lastIndexOf('/') + 1))

/**
 * The files of a folder that are to be served, sorted by path. Links are followed as long as they stay inside.
 * Throws UserError for a missing or empty folder, for links that lead out, nowhere or round, for what is neither
 * file nor folder, and for names that S3 or the tool itself cannot have.
 */
export const siteFiles = async (folder: string): Promise<SiteFile[]> => {
  const root = await realpath(folder).catch(cannotRead(folder))
  const found = await below(root, root, '', [root])
  if (found.length === 0)
    throw new UserError(
      `${folder} holds no files to serve.`,
      'Check `frontend.source`, or `output` of its build, in the manifest.',
    )
  for (const { path } of found) checkName(folder, path)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** `way`: the folders on the way here, resolved; a link to one of them would go round. */
const below = async (
  root: string,
  folder: string,
  prefix: string,
  way: readonly string[],
): Promise<SiteFile[]> => {
  const entries = await fileTree(folder, isLeftOut)
  const files = entries.flatMap(entry =>
    entry.kind === 'file'
      ? [{ path: prefix + entry.path, file: join(folder, entry.path), size: entry.size }]
      : [],
  )
  const links = entries.filter((entry): entry is TreeEntry & { kind: 'link' } => entry.kind === 'link')
  for (const link of links) files.push(...(await followed(root, folder, prefix, way, link)))
  return files
}

const followed = async (
  root: string,
  folder: string,
  prefix: string,
  way: readonly string[],
  { path, target }: TreeEntry & { kind: 'link' },
): Promise<SiteFile[]> => {
  const link = join(folder, path)
  const real = await realpath(link).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(
      `${link} is a link to ${target}, which ${cause.code === 'ELOOP' ? 'leads back to itself' : 'does not exist'}.`,
      'Remove the link, or make what it points to.',
      { cause },
    )
  })
  if (real !== root && !real.startsWith(root + sep))
    throw new UserError(
      `${link} is a link that leaves the folder: it leads to ${real}.`,
      'Copy what it points to into the folder, or remove the link.',
    )
  const found = await stat(real).catch(cannotRead(link))
  if (found.isFile()) return [{ path: prefix + path, file: real, size: found.size }]
  const parents = path.split('/').map((_, at, names) => join(folder, ...names.slice(0, at)))
  if (found.isDirectory() && ![...way, ...parents].includes(real) && !root.startsWith(real + sep))
    return below(root, real, `${prefix}${path}/`, [...way, ...parents, real])
  throw new UserError(
    found.isDirectory()
      ? `${link} is a link to ${relative(root, real) || 'the folder itself'}, which it lies in: it has no end.`
      : `${link} leads to what is neither a file nor a folder.`,
    'Remove the link.',
  )
}

const checkName = (folder: string, path: string): void => {
  const shown = JSON.stringify(join(folder, path))
  if (path.includes('\uFFFD'))
    throw new UserError(`${shown} has a name that is not UTF-8, so it has no address.`, 'Rename it.')
  if (Buffer.byteLength(path) > MOST_KEY_BYTES)
    throw new UserError(
      `${shown} has a path of more than ${MOST_KEY_BYTES} bytes, which S3 cannot hold.`,
      'Shorten it.',
    )
  if (GENERATED.includes(path))
    throw new UserError(
      `${shown} has the name of a file that storyarch serves beside the app.`,
      'Rename it; the page finds its API in /storyarch.json.',
    )
}
