import { resolve } from 'node:path'
import type { Artifacts } from '../blueprint/artifacts.ts'
import type { Manifest } from '../manifest/manifest.ts'
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
}

/** What the stack shall run and serve: from the sources, or put back as named. */
export const shippedArtifacts = async (
  manifest: Manifest,
  { wants, image }: Ships,
  opened: Pick<Opened, 'world' | 'identified'> & { readonly endpoint: string | null },
  { host, say, sayColours }: Shell,
): Promise<Artifacts> => {
  const driver = host.env['STORYARCH_LOCAL_DRIVER'] ?? 'process'
  return artifactsOf(manifest, {
    wants,
    image: await named(manifest, image, opened),
    workFolder: workFolder(resolve(host.directory)),
    asProcesses: opened.endpoint !== null && driver === 'process',
    say: text => say(sayColours.dim(text)),
    nowMs: host.now(),
    signal: host.interrupted,
  })
}

const named = async (
  { backend }: Manifest,
  image: string | null,
  { world, identified }: Pick<Opened, 'world' | 'identified'>,
): Promise<StoredImage | null> =>
  image === null || backend === null
    ? null
    : identified(storedImage(world.aws, backend.names.repository, image))
