import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import type { Image } from '../oci/image.ts'
import { readLayout } from '../oci/layout.ts'
import { dockerCredentials } from '../registry/dockerCredentials.ts'
import { imageIn } from '../registry/pull.ts'
import { parseReference } from '../registry/reference.ts'
import { openRegistry } from '../registry/registry.ts'
import { annotate, REVISION_ANNOTATION, SOURCE_ANNOTATION } from './annotate.ts'
import { buildDockerfile } from './buildDockerfile.ts'
import { buildFiles } from './buildFiles.ts'
import { platformOf } from './platform.ts'
import type { ImageRecipe } from './recipe.ts'

export type { ImageRecipe }

export interface MakingImage {
  /** What the image is made from; its manifest says so. */
  readonly source: string
  readonly revision: string | null
  /** Layouts of unfinished pushes lie here, each under its source. */
  readonly workFolder: string
  step(text: string): void
  note(text: string): void
  readonly signal: AbortSignal
}

/** Where the image of that source is built. */
export const layoutFolder = ({ workFolder, source }: Pick<MakingImage, 'workFolder' | 'source'>): string =>
  join(workFolder, source.slice(0, 16))

/** The image a recipe describes, ready to be pushed. What a killed push left behind is used again, not built again. */
export const makeImage = async (recipe: ImageRecipe, making: MakingImage): Promise<Image> => {
  const image = await build(recipe, making)
  const { source, revision } = making
  return annotate(image, {
    [SOURCE_ANNOTATION]: source,
    ...(revision !== null && { [REVISION_ANNOTATION]: revision }),
  })
}

const build = async (recipe: ImageRecipe, making: MakingImage): Promise<Image> => {
  const { signal, note } = making
  const layout = layoutFolder(making)
  if (recipe.from === 'registry') {
    const reference = parseReference(recipe.uri)
    const credentials = await dockerCredentials(reference.registry)
    const registry = openRegistry({ host: reference.registry, credentials, signal })
    return imageIn(registry, reference, platformOf(recipe.platform))
  }
  if (recipe.from === 'files') {
    await rm(layout, { recursive: true, force: true })
    return buildFiles(recipe, layout, signal)
  }
  const left = await readLayout(layout, platformOf(recipe.platform)).catch(() => null)
  if (left !== null) return left
  const { fallback } = recipe
  if (fallback === null) return buildDockerfile(recipe, layout, making)
  try {
    return await buildDockerfile(recipe, layout, making)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    note(`${error.fact.split('\n')[0]} Its files are shipped as they are and run by backend.local.command.`)
    await rm(layout, { recursive: true, force: true })
    return buildFiles(fallback, layout, signal)
  }
}
