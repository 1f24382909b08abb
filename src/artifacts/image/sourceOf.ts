import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cannotRead, treeDigest } from '../fileTree.ts'
import { dockerCredentials } from '../registry/dockerCredentials.ts'
import { resolve } from '../registry/pull.ts'
import { parseReference } from '../registry/reference.ts'
import { openRegistry } from '../registry/registry.ts'
import { contextFiles } from './context.ts'
import type { DockerfileRecipe, FilesRecipe, ImageRecipe } from './recipe.ts'

/**
 * Hex SHA-256 of what an image is made from: the files it may see, by path and content, and the recipe's own settings.
 * Not where the folder lies, not when files changed, not who builds. Of an image in a registry: what its name points at now.
 * Throws UserError for sources that cannot be read.
 */
export const sourceOf = async (recipe: ImageRecipe, signal: AbortSignal): Promise<string> => {
  if (recipe.from === 'files') return digest(settingsOf(recipe), await filesIn(recipe.files, null))
  if (recipe.from === 'registry') return digest({ ...recipe, uri: await pinned(recipe.uri, signal) }, '')
  return digest(...(await ofDockerfile(recipe)))
}

const digest = (settings: object, files: string): string =>
  createHash('sha256')
    .update(`${JSON.stringify(settings)}\n${files}`)
    .digest('hex')

const settingsOf = ({ files, ...settings }: FilesRecipe): object => settings

const filesIn = async (folder: string, dockerfile: string | null): Promise<string> =>
  treeDigest(folder, await contextFiles(folder, dockerfile))

/** The Dockerfile counts even where the ignore rules leave it out. */
const ofDockerfile = async ({
  context,
  dockerfile,
  platform,
}: DockerfileRecipe): Promise<[object, string]> => {
  const path = join(context, dockerfile)
  const [text, files] = await Promise.all([
    readFile(path, 'utf8').catch(cannotRead(path)),
    filesIn(context, dockerfile),
  ])
  return [{ from: 'dockerfile', platform, text }, files]
}

const pinned = async (uri: string, signal: AbortSignal): Promise<string> => {
  const reference = parseReference(uri)
  const { registry: host, repository } = reference
  if (reference.digest !== null) return `${host}/${repository}@${reference.digest}`
  const registry = openRegistry({ host, credentials: await dockerCredentials(host), signal })
  const found = await resolve(registry, reference)
  registry.close()
  return `${host}/${repository}@${found.digest}`
}
