import { AGENT_FILE } from '../artifacts/agentBundle.ts'
import type { FilesRecipe, ImagePlatform, ImageRecipe } from '../artifacts/image/recipe.ts'
import { sourceOf } from '../artifacts/image/sourceOf.ts'
import { revisionOf } from '../artifacts/revision.ts'
import type { Artifact } from '../blueprint/artifacts.ts'
import type { Backend } from '../manifest/manifest.ts'
import type { ImageContentRecipe } from '../provisioners/image.ts'
import type { StoredImage } from '../provisioners/kit/storedImage.ts'

/** Where an image is made, and for which AWS. */
export interface ImageSurroundings {
  /** Images are built here before they are pushed. */
  readonly workFolder: string
  /** The embedded AWS runs images as plain processes of this machine: they need no base underneath. */
  readonly asProcesses: boolean
  /** Told of a way that was taken in place of the one the manifest names. */
  say(text: string): void
  readonly signal: AbortSignal
}

/** The app's image as made of its sources now. Throws UserError for sources that cannot be read. */
export const appImage = async (backend: Backend, around: ImageSurroundings): Promise<Artifact> => {
  const { image } = backend
  const folder = image.from === 'dockerfile' ? image.context : image.from === 'files' ? image.files : null
  return artifact(recipeOf(backend, around), folder, around)
}

/** The image of the container beside the app: the program in `folder` upon the base that the manifest names. */
export const agentImage = (backend: Backend, folder: string, around: ImageSurroundings): Promise<Artifact> =>
  artifact(
    {
      from: 'files',
      files: folder,
      target: '/agent',
      base: around.asProcesses ? null : backend.agent.base,
      command: ['node', `/agent/${AGENT_FILE}`],
      environment: {},
      user: null,
      platform: platformOf(backend),
    },
    null,
    around,
  )

/** An image that was pushed before. */
export const storedArtifact = ({ digest, source, revision }: StoredImage, workFolder: string): Artifact => {
  const recipe: ImageContentRecipe = { revision, image: { from: 'stored', digest }, workFolder }
  return { source, recipe }
}

const artifact = async (
  image: ImageRecipe,
  versioned: string | null,
  { signal, workFolder }: ImageSurroundings,
): Promise<Artifact> => {
  const [source, revision] = await Promise.all([
    sourceOf(image, signal),
    versioned === null ? null : revisionOf(versioned),
  ])
  const recipe: ImageContentRecipe = { revision, image, workFolder }
  return { source, recipe }
}

const recipeOf = (backend: Backend, { asProcesses, say }: ImageSurroundings): ImageRecipe => {
  const { image, local } = backend
  const platform = platformOf(backend)
  if (image.from === 'registry') return { from: 'registry', uri: image.uri, platform }
  if (image.from === 'files') {
    const { files, command, workdir, user } = image
    const base = asProcesses ? null : image.base
    return { from: 'files', files, target: workdir, base, command, environment: {}, user, platform }
  }
  const { context, dockerfile, builder } = image
  const plain = local.command === null ? null : plainFiles(context, local.command, platform)
  if (asProcesses && plain !== null) {
    say(
      `The embedded AWS runs backend.local.command upon the files of ${context}; ${dockerfile} is for real ones.`,
    )
    return plain
  }
  return { from: 'dockerfile', context, dockerfile, platform, builder, fallback: null }
}

/** What stands in for a Dockerfile's image where nothing can build or run one. */
const plainFiles = (files: string, command: string, platform: ImagePlatform): FilesRecipe => ({
  from: 'files',
  files,
  target: '/app',
  base: null,
  command: ['sh', '-c', command],
  environment: {},
  user: null,
  platform,
})

const platformOf = ({ architecture }: Backend): ImagePlatform =>
  architecture === 'arm64' ? 'linux/arm64' : 'linux/amd64'
