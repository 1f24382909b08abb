import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cannotRead } from '../cannotRead.ts'
import { treeDigest } from '../fileTree.ts'
import { dockerCredentials } from '../registry/dockerCredentials.ts'
import { resolve } from '../registry/pull.ts'
import { parseReference } from '../registry/reference.ts'
import { openRegistry } from '../registry/registry.ts'
import { contextFiles } from './context.ts'
import { engineHere } from './engineHere.ts'
import type { DockerfileRecipe, FilesRecipe, ImageRecipe } from './recipe.ts'

/**
 * Hex SHA-256 of what an image is made from: the files it may see, by path and content, and the recipe's own settings.
 * Not where the folder lies, not when files changed, not which engine builds. Of an image in a registry: what its name points
 * at now. Of a Dockerfile with a fallback: of the fallback too, and, where no engine works, of the fallback alone, so that an
 * engine installed later builds the Dockerfile. Throws UserError for sources that cannot be read.
 */
export const sourceOf = async (recipe: ImageRecipe, signal: AbortSignal): Promise<string> => {
  if (recipe.from === 'files') return ofFiles(recipe)
  if (recipe.from === 'registry') return digest({ ...recipe, uri: await pinned(recipe.uri, signal) })
  if (recipe.fallback === null) return ofDockerfile(recipe)
  const [engine, dockerfile, fallback] = await Promise.all([
    engineHere(recipe.builder, recipe.context, signal),
    ofDockerfile(recipe),
    ofFiles(recipe.fallback),
  ])
  return digest(engine === null ? { fallback } : { dockerfile, fallback })
}

const digest = (of: object): string => createHash('sha256').update(JSON.stringify(of)).digest('hex')

const filesIn = async (folder: string, dockerfile: string | null): Promise<string> =>
  treeDigest(folder, await contextFiles(folder, dockerfile))

const ofFiles = async ({ files: folder, ...settings }: FilesRecipe): Promise<string> =>
  digest({ ...settings, files: await filesIn(folder, null) })

/** The Dockerfile counts even where the ignore rules leave it out. */
const ofDockerfile = async ({ context, dockerfile, platform }: DockerfileRecipe): Promise<string> => {
  const path = join(context, dockerfile)
  const [text, files] = await Promise.all([
    readFile(path, 'utf8').catch(cannotRead(path)),
    filesIn(context, dockerfile),
  ])
  return digest({ from: 'dockerfile', platform, text, files })
}

const pinned = async (uri: string, signal: AbortSignal): Promise<string> => {
  const reference = parseReference(uri)
  const { registry: host, repository } = reference
  if (reference.digest !== null) return `${host}/${repository}@${reference.digest}`
  const registry = openRegistry({ host, credentials: await dockerCredentials(host), signal })
  try {
    return `${host}/${repository}@${(await resolve(registry, reference)).digest}`
  } finally {
    registry.close()
  }
}
