import { posix } from 'node:path'
import { UserError } from '../../errors.ts'
import type { TreeEntry } from '../fileTree.ts'
import { parse } from '../oci/assemble.ts'
import type { ConfigDocument, ManifestDocument } from '../oci/documents.ts'
import type { Image } from '../oci/image.ts'
import { readLayout } from '../oci/layout.ts'
import { openLayoutWriter } from '../oci/layoutWriter.ts'
import { inOci, mediaTypes } from '../oci/mediaTypes.ts'
import { dockerCredentials } from '../registry/dockerCredentials.ts'
import { imageIn } from '../registry/pull.ts'
import { parseReference } from '../registry/reference.ts'
import { openRegistry } from '../registry/registry.ts'
import { contextFiles } from './context.ts'
import { type Layer, writeLayer } from './layer.ts'
import { platformOf } from './platform.ts'
import type { FilesRecipe } from './recipe.ts'

const CREATED = '1970-01-01T00:00:00Z'

/** What packages install beside an app's own files: it changes seldom, and gets a layer of its own. */
const DEPENDENCIES = /^(?:.*\/)?(?:node_modules|\.venv|venv|vendor)(?:\/|$)/

/**
 * An image of the folder's files upon the base, made without any engine, as an OCI layout in `layoutFolder`. The base's
 * layers stay in their registry until they are pushed. Equal files and settings give an equal image, wherever and whenever.
 */
export const buildFiles = async (
  recipe: FilesRecipe,
  layoutFolder: string,
  signal: AbortSignal,
): Promise<Image> => {
  const platform = platformOf(recipe.platform)
  const [base, entries] = await Promise.all([
    recipe.base === null ? null : pullBase(recipe.base, recipe, signal),
    contextFiles(recipe.files, null),
  ])
  for (const entry of entries) if (entry.kind === 'link') demandUsable(recipe, entry)
  const layout = await openLayoutWriter(layoutFolder)
  const packing = { folder: recipe.files, target: recipe.target, onBase: base !== null }
  const layers = await Promise.all(
    parts(entries).map(part => writeLayer(layout, { ...packing, entries: part })),
  )

  const config = configFor(recipe, base?.config ?? null, layers)
  const descriptor = await layout.addBlob(Buffer.from(JSON.stringify(config)), mediaTypes.config)
  const document: ManifestDocument & { mediaType: string } = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor,
    layers: [...(base?.layers ?? []), ...layers.map(layer => layer.descriptor)],
    ...(recipe.base !== null &&
      base && {
        annotations: {
          'org.opencontainers.image.base.digest': base.image.descriptor.digest,
          'org.opencontainers.image.base.name': recipe.base,
        },
      }),
  }
  const manifest = await layout.addBlob(Buffer.from(JSON.stringify(document)), mediaTypes.manifest)
  await layout.finish(manifest)
  const own = await readLayout(layoutFolder, platform)
  const remote = new Map(base?.image.blobs.map(blob => [blob.descriptor.digest, blob]))
  return { ...own, blobs: own.blobs.map(blob => remote.get(blob.descriptor.digest) ?? blob) }
}

/** First what changes seldom. A folder is part of the layer that holds what is in it. */
const parts = (entries: readonly TreeEntry[]): TreeEntry[][] =>
  [
    entries.filter(({ path }) => DEPENDENCIES.test(path)),
    entries.filter(({ path }) => !DEPENDENCIES.test(path)),
  ].filter((part, index) => part.length > 0 || index === 1)

/** Where links that are no part of the files may lead: every image has these. */
const SYSTEM = /^\/(?:bin|dev|etc|lib|lib64|opt|proc|run|sbin|tmp|usr|var)(?:\/|$)/

const demandUsable = (recipe: FilesRecipe, { path, target }: { path: string; target: string }): void => {
  const inTarget = posix.normalize(posix.join(posix.dirname(path), target))
  if (posix.isAbsolute(target)) {
    const inFolder = target === recipe.files || target.startsWith(`${recipe.files}/`)
    const inImage = target === recipe.target || target.startsWith(`${recipe.target.replace(/\/$/, '')}/`)
    if (!inFolder && (inImage || SYSTEM.test(target))) return
  } else if (inTarget !== '..' && !inTarget.startsWith('../')) return
  throw new UserError(
    `The link ${path} in ${recipe.files} leads out of the folder, to ${target}: in the image it would lead nowhere.`,
    'Put what it leads to into the folder, or leave the link out in .dockerignore.',
  )
}

const pullBase = async (name: string, { platform }: FilesRecipe, signal: AbortSignal) => {
  const reference = parseReference(name)
  const credentials = await dockerCredentials(reference.registry)
  const registry = openRegistry({ host: reference.registry, credentials, signal })
  const image = await imageIn(registry, reference, platformOf(platform))
  const { layers } = parse<ManifestDocument>(image.manifest, name)
  return {
    image,
    layers: layers.map(layer => ({ ...layer, mediaType: inOci(layer.mediaType) })),
    config: parse<ConfigDocument>(image.config, name),
  }
}

const configFor = (
  recipe: FilesRecipe,
  base: ConfigDocument | null,
  layers: readonly Layer[],
): ConfigDocument => {
  const { os, architecture } = platformOf(recipe.platform)
  const variables = new Map((base?.config?.Env ?? []).map(line => [line.split('=', 1)[0], line]))
  for (const [name, value] of Object.entries(recipe.environment)) variables.set(name, `${name}=${value}`)
  return {
    created: CREATED,
    architecture,
    os,
    config: {
      ...base?.config,
      Env: [...variables.values()],
      ...(recipe.command.length > 0 && { Cmd: recipe.command, Entrypoint: null }),
      WorkingDir: recipe.target,
      ...(recipe.user !== null && { User: recipe.user }),
    },
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.rootfs?.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)],
    },
    ...historyOf(recipe, base, layers),
  }
}

/** One entry for each layer, or none at all: a base may come without. */
const historyOf = (
  { target }: FilesRecipe,
  base: ConfigDocument | null,
  layers: readonly Layer[],
): Pick<ConfigDocument, 'history'> => {
  const before = base?.history ?? []
  const filled = before.filter(entry => entry.empty_layer !== true)
  if (filled.length !== (base?.rootfs?.diff_ids ?? []).length) return {}
  const own = layers.map(() => ({ created: CREATED, created_by: `storyarch files ${target}` }))
  return { history: [...before, ...own] }
}
