import { agentFolder } from '../artifacts/agentBundle.ts'
import { lambdaBundles } from '../artifacts/lambdaBundle.ts'
import type { Artifact, Artifacts } from '../blueprint/artifacts.ts'
import { isShipped } from '../blueprint/image.ts'
import { UserError } from '../errors.ts'
import type { Backend, Manifest } from '../manifest/manifest.ts'
import type { StoredRelease } from '../provisioners/kit/site/storedReleases.ts'
import type { StoredImage } from '../provisioners/kit/storedImage.ts'
import type { ImageSurroundings } from './imageArtifact.ts'
import type { SiteSurroundings } from './siteArtifact.ts'

export interface Shipping extends ImageSurroundings, SiteSurroundings {
  /** Whether the content of that id (`image/backend`) may be shipped; what is not looked at need not be there. */
  readonly wants: (id: string) => boolean
  /** The image that shall run again; null: what the sources give. */
  readonly image: StoredImage | null
  /** The release of the site that shall stand again; null: what the sources give. */
  readonly release: StoredRelease | null
}

/** Content of which only the name counts: its sources are not looked at, and it is not shipped. */
const UNKNOWN: Artifact = { source: '', recipe: { revision: null } }

/** What the stack is to run and serve. Sources are read and hashed, nothing is built. Throws UserError for what cannot be read. */
export const artifactsOf = async (manifest: Manifest, shipping: Shipping): Promise<Artifacts> => {
  const { backend, frontend } = manifest
  const [functions, image, agent, site] = await Promise.all([
    bundles(),
    backend && isShipped(backend) ? appArtifact(backend, shipping) : null,
    backend &&
      ifWanted('image/agent', shipping, async () => {
        const { agentImage } = await images()
        return agentImage(backend, await agentFolder(), shipping)
      }),
    frontend &&
      ifWanted('bucketContents/frontend', shipping, async () => {
        const { siteArtifact, storedSite } = await import('./siteArtifact.ts')
        return shipping.release === null
          ? siteArtifact(frontend, shipping)
          : storedSite(frontend, shipping.release, shipping)
      }),
  ])
  return { ...functions, image, agent, frontend: site }
}

/** The names of a stack's contents, for whom does not ship any. */
export const namedArtifacts = async ({ backend, frontend }: Manifest): Promise<Artifacts> => ({
  ...(await bundles()),
  image: backend && isShipped(backend) ? UNKNOWN : null,
  agent: backend && UNKNOWN,
  frontend: frontend && UNKNOWN,
})

const appArtifact = (backend: Backend, shipping: Shipping): Promise<Artifact> =>
  ifWanted('image/backend', shipping, async () => {
    const { appImage, storedArtifact } = await images()
    return shipping.image === null
      ? appImage(backend, shipping)
      : storedArtifact(shipping.image, shipping.workFolder)
  })

/** Loaded when they are wanted: with them come the registry's client and the reading of ignore files. */
const images = () => import('./imageArtifact.ts')

const ifWanted = async (id: string, { wants }: Shipping, make: () => Promise<Artifact>): Promise<Artifact> =>
  wants(id) ? make() : UNKNOWN

const bundles = async (): Promise<Pick<Artifacts, 'taskManager' | 'taskMonitor'>> => {
  const { 'task-manager': taskManager, 'task-monitor': taskMonitor } = await lambdaBundles()
  if (taskManager === undefined || taskMonitor === undefined)
    throw new UserError('The Lambda bundles are not built.', 'Run `npm run build`.')
  return { taskManager, taskMonitor }
}
