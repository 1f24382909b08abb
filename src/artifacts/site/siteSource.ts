import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { fileTree, type Ignores, type TreeEntry, treeDigest } from '../fileTree.ts'
import { browserModule } from './browserModule.ts'
import type { ContentHash } from './contentHash.ts'
import { type KnownFiles, localFiles } from './localFiles.ts'
import type { SiteBuild, SiteRecipe } from './recipe.ts'

/**
 * Hex SHA-256 of what a site is made from: its sources by path and content, the recipe's settings and the module
 * served beside it; never times or places. Of a stored release only its version (its own source is in `storedReleases`).
 * Throws UserError for sources that cannot be read.
 */
export const siteSource = async (recipe: SiteRecipe): Promise<string> => (await readSite(recipe)).source

/** The same, and what of the files need not be read again by this run: the recipe's `known`. */
export const readSite = async (
  recipe: SiteRecipe,
): Promise<{ readonly source: string; readonly known: KnownFiles | null }> => {
  if (recipe.from === 'version') return { source: await withSettings(recipe, recipe.version), known: null }
  const { folder, build } = recipe
  if (build !== null)
    return { source: await withSettings(recipe, await buildSource(folder, build)), known: null }
  const files = await localFiles(folder, { signal: new AbortController().signal, holds: true, known: null })
  return { source: await sourceOfFiles(recipe, files), known: path => files.get(path) }
}

/** The same of a folder that is uploaded as it is, its files being read already. */
export const sourceOfFiles = (recipe: SiteRecipe, files: ReadonlyMap<string, ContentHash>): Promise<string> =>
  withSettings(recipe, filesSource(files))

const withSettings = async (recipe: SiteRecipe, from: string): Promise<string> => {
  const settings = { cache: recipe.cache, module: digest(await browserModule(recipe.module)) }
  return digest(JSON.stringify({ settings, from }))
}

/** Hex SHA-256 of what the build sees; equal ones need no second build. */
export const buildSource = async (folder: string, build: SiteBuild): Promise<string> =>
  digest(`${JSON.stringify(build)}\n${await treeDigest(folder, await sourceFiles(folder, build))}`)

const filesSource = (files: ReadonlyMap<string, ContentHash>): string =>
  digest(
    [...files]
      .map(([path, { hash }]) => `${path}\0${hash}`)
      .sort()
      .join('\n'),
  )

const digest = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Read by build tools although nobody commits them. */
const ENVIRONMENT = /(^|\/)\.env(\.[^/]*)?$/

/** All files but those git ignores, what is installed, and what the build itself makes. */
const sourceFiles = async (folder: string, build: SiteBuild): Promise<TreeEntry[]> => {
  const rules = await gitRules(folder)
  const output = build.output.replace(/^\.\//, '').replace(/\/+$/, '')
  const ignores: Ignores = (path, isFolder) => {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (isFolder && (name === '.git' || name === 'node_modules' || name === '.storyarch')) return true
    if (path === output || name === '.DS_Store') return true
    return !ENVIRONMENT.test(path) && rules(path, isFolder)
  }
  return (await fileTree(folder, ignores)).filter(({ kind }) => kind !== 'folder')
}

/** The rules of every `.gitignore` from the repository's root down, each for what lies below it. */
const gitRules = async (folder: string): Promise<Ignores> => {
  const above = (await foldersAbove(folder)).map(at => ({ at, rules: rulesIn(join(at, '.gitignore')) }))
  const outer = await Promise.all(above.map(async ({ at, rules }) => ({ at, rules: await rules })))
  const inner = new Map<string, Ignore | null>()
  const nested = await fileTree(folder, (path, isFolder) =>
    isFolder ? /(^|\/)(\.git|node_modules)$/.test(path) : !path.endsWith('.gitignore'),
  )
  for (const { kind, path } of nested)
    if (kind === 'file') inner.set(dirname(path), await rulesIn(join(folder, path)))
  return (path, isFolder) => {
    let ignored = false
    const apply = (rules: Ignore | null, below: string) => {
      if (rules === null) return
      const said = rules.test(isFolder ? `${below}/` : below)
      if (said.ignored) ignored = true
      else if (said.unignored) ignored = false
    }
    for (const { at, rules } of outer) apply(rules, relative(at, join(folder, path)))
    const parents = path.split('/').slice(0, -1)
    for (let depth = 0; depth <= parents.length; depth++) {
      const at = parents.slice(0, depth).join('/')
      apply(inner.get(at === '' ? '.' : at) ?? null, at === '' ? path : path.slice(at.length + 1))
    }
    return ignored
  }
}

const rulesIn = async (path: string): Promise<Ignore | null> => {
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : ignore({ ignorecase: false }).add(text)
}

/** From the repository's root down to the folder above `folder`; none outside of a repository. */
const foldersAbove = async (folder: string): Promise<string[]> => {
  const found: string[] = []
  for (let at = folder; ; at = dirname(at)) {
    if (at !== folder) found.unshift(at)
    const isRoot = await readFile(join(at, '.git', 'HEAD')).then(
      () => true,
      // A work tree has a file there instead of a folder.
      (error: NodeJS.ErrnoException) => error.code === 'ENOTDIR',
    )
    if (isRoot) return found
    if (dirname(at) === at) return []
  }
}
