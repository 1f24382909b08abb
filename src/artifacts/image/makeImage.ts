import { rm } from 'node:fs/promises'
import type { UserError } from '../../errors.ts'
import type { Image } from '../oci/image.ts'
import { dockerCredentials } from '../registry/dockerCredentials.ts'
import { imageIn } from '../registry/pull.ts'
import { parseReference } from '../registry/reference.ts'
import { openRegistry } from '../registry/registry.ts'
import { annotate, FALLBACK_ANNOTATION, REVISION_ANNOTATION, SOURCE_ANNOTATION } from './annotate.ts'
import { buildDockerfile } from './buildDockerfile.ts'
import { buildFiles } from './buildFiles.ts'
import { keepWhole, layoutFolder, leftWhole, sweepLayouts } from './leftLayout.ts'
import { platformOf } from './platform.ts'
import type { DockerfileRecipe, FilesRecipe, ImageRecipe } from './recipe.ts'
import { sourceOf } from './sourceOf.ts'

export { dropLayout, layoutFolder } from './leftLayout.ts'
export type { ImageRecipe }

export interface MakingImage {
  /** What the image is made from, as `sourceOf` answered; its manifest says so. */
  readonly source: string
  readonly revision: string | null
  /** Layouts of unfinished pushes lie here, each under its source. */
  readonly workFolder: string
  step(text: string): void
  note(text: string): void
  readonly signal: AbortSignal
}

/**
 * The image a recipe describes, ready to be pushed; its blobs lie in `layoutFolder` until `dropLayout`. An engine's build that
 * a killed push left behind is used again, not built again. Throws UserError for what cannot be built.
 */
export const makeImage = async (recipe: ImageRecipe, making: MakingImage): Promise<Image> => {
  await sweepLayouts(making.workFolder)
  const { image, fallback } = await build(recipe, making)
  const { source, revision } = making
  return annotate(image, {
    [SOURCE_ANNOTATION]: source,
    ...(revision !== null && { [REVISION_ANNOTATION]: revision }),
    ...(fallback !== null && { [FALLBACK_ANNOTATION]: fallback }),
  })
}

interface Built {
  readonly image: Image
  /** Why it is the recipe's fallback; null when it is what the recipe says. */
  readonly fallback: string | null
}

const build = async (recipe: ImageRecipe, making: MakingImage): Promise<Built> => {
  if (recipe.from === 'dockerfile') return ofDockerfile(recipe, making)
  if (recipe.from === 'files') return { image: await ofFiles(recipe, making), fallback: null }
  const reference = parseReference(recipe.uri)
  const credentials = await dockerCredentials(reference.registry)
  const registry = openRegistry({ host: reference.registry, credentials, signal: making.signal })
  return { image: await imageIn(registry, reference, platformOf(recipe.platform)), fallback: null }
}

const ofFiles = async (recipe: FilesRecipe, making: MakingImage): Promise<Image> => {
  const layout = layoutFolder(making)
  await rm(layout, { recursive: true, force: true })
  return buildFiles(recipe, layout, making.signal)
}

const ofDockerfile = async (recipe: DockerfileRecipe, making: MakingImage): Promise<Built> => {
  const layout = layoutFolder(making)
  const left = await leftWhole(layout, platformOf(recipe.platform))
  if (left !== null) return { image: left, fallback: null }
  const built = await buildDockerfile(recipe, layout, making)
  if (!('why' in built)) {
    // Files changed under a running build: good enough for this push, not to be taken for this source later.
    if ((await sourceOf(recipe, making.signal)) === making.source) await keepWhole(layout)
    return { image: built, fallback: null }
  }
  if (recipe.fallback === null) throw built.why
  making.note(noteOf(built.why, recipe, recipe.fallback))
  const [fallback = ''] = built.why.fact.split('\n')
  return { image: await ofFiles(recipe.fallback, making), fallback }
}

const noteOf = ({ fact }: UserError, { dockerfile }: DockerfileRecipe, files: FilesRecipe): string =>
  [
    fact.split('\n')[0],
    `The image is made without ${dockerfile}: its files as they are, ${files.base === null ? 'on no base image' : `on ${files.base}`}, run by \`${files.command.join(' ')}\` (backend.local.command).`,
  ].join(' ')
