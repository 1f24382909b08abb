import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import dockerignore from '@balena/dockerignore'
import { fileTree, type TreeEntry } from '../fileTree.ts'

/**
 * What of a folder an image may see: all that its `.dockerignore` does not leave out. `<dockerfile>.dockerignore` goes
 * before it (Docker docs, "Build context"). Sorted by path.
 */
export const contextFiles = async (folder: string, dockerfile: string | null): Promise<TreeEntry[]> => {
  const own = dockerfile === null ? null : await rules(join(folder, `${dockerfile}.dockerignore`))
  const text = own ?? (await rules(join(folder, '.dockerignore'))) ?? ''
  // The name under which its types and its CommonJS both have it.
  const matcher = dockerignore.default({ ignorecase: false }).add(literal(text))
  // An exception may lie inside a folder that is left out.
  const hasExceptions = /^\s*!/m.test(text)
  const entries = await fileTree(folder, (path, isFolder) => {
    if (isFolder && NEVER.test(path)) return true
    return !(isFolder && hasExceptions) && matcher.ignores(path)
  })
  if (!hasExceptions) return entries
  const isKept = ({ kind, path }: TreeEntry) => kind !== 'folder' || !matcher.ignores(path)
  const parents = new Set(entries.filter(isKept).flatMap(({ path }) => parentsOf(path)))
  return entries.filter(entry => isKept(entry) || parents.has(entry.path))
}

/** Git's own, and where storyarch keeps the embedded AWS, beside the manifest: both change with every command. */
const NEVER = /^\.git$|(?:^|\/)\.storyarch$/

/** Signs that mean nothing to Docker, which the matcher would hand on to a regular expression. */
const literal = (text: string): string =>
  text.replace(/\\.|[+(){}|]/g, sign => (sign.length === 1 ? `\\${sign}` : sign))

const rules = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null)

const parentsOf = (path: string): string[] => {
  const names = path.split('/').slice(0, -1)
  return names.map((_, index) => names.slice(0, index + 1).join('/'))
}
