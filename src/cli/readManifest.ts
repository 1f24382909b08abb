import { findManifest } from '../manifest/findManifest.ts'
import { type Inspection, inspect, load, read } from '../manifest/load.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { GlobalFlags } from './flags.ts'
import type { Shell } from './shell.ts'

/** The manifest that `-m`, `-e` and `--region` mean, and the file it stands in. Throws UserError with all its faults. */
export const readManifest = async (
  { manifest, environment, region }: GlobalFlags,
  { host }: Shell,
): Promise<{ file: string; manifest: Manifest }> => {
  const file = await findManifest(manifest, host.directory)
  return { file, manifest: await load(file, { environment, region }) }
}

/** The same manifest with its faults as a list. */
export const inspectManifest = async (
  { manifest, environment, region }: GlobalFlags,
  { host }: Shell,
): Promise<Inspection & { file: string }> => {
  const file = await findManifest(manifest, host.directory)
  return { file, ...inspect(await read(file), file, { environment, region }) }
}
