import { resolve } from 'node:path'
import type { Artifacts } from '../blueprint/artifacts.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { storedRelease } from '../provisioners/kit/site/storedRelease.ts'
import type { StoredRelease } from '../provisioners/kit/site/storedReleases.ts'
import { type StoredImage, storedImage } from '../provisioners/kit/storedImage.ts'
import { artifactsOf } from './artifactsOf.ts'
import type { Opened } from './context.ts'
import type { Shell } from './shell.ts'
import { workFolder } from './workFolder.ts'

/** What a command may ship. */
export interface Ships {
  /** Whether the content of that id is looked at. */
  readonly wants: (id: string) => boolean
  /** Names an image that was pushed before; null: what the sources give. */
  readonly image: string | null
  /** Names a release of the site that the bucket still holds; null: what the sources give. */
  readonly frontend: string | null
}

/** What the stack shall run and serve: from the sources, or put back as named. */
export const shippedArtifacts = async (
  manifest: Manifest,
  { wants, image, frontend }: Ships,
  opened: Pick<Opened, 'world' | 'identified'> & { readonly embedded: string | null },
  { host, say, sayColours }: Shell,
): Promise<Artifacts> => {
  const [stored, release] = await Promise.all([
    imageNamed(manifest, image, opened),
    releaseNamed(manifest, frontend, opened),
  ])
  const driver = host.env['STORYARCH_LOCAL_DRIVER'] ?? 'process'
  return artifactsOf(manifest, {
    wants,
    image: stored,
    release,
    workFolder: workFolder(resolve(host.directory), `${manifest.project}/${manifest.environment}`),
    asProcesses: opened.embedded !== null && driver === 'process',
    say: text => say(sayColours.dim(text)),
    nowMs: host.now(),
    signal: host.interrupted,
  })
}

const imageNamed = async (
  { backend }: Manifest,
  image: string | null,
  { world, identified }: Pick<Opened, 'world' | 'identified'>,
): Promise<StoredImage | null> =>
  image === null || backend === null
    ? null
    : identified(storedImage(world.aws, backend.names.repository, image))

const releaseNamed = async (
  { frontend }: Manifest,
  release: string | null,
  { world, identified }: Pick<Opened, 'world' | 'identified'>,
): Promise<StoredRelease | null> =>
  release === null || frontend === null
    ? null
    : identified(storedRelease(world.aws, frontend.bucket, release))
