import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Call } from '../../service.ts'
import { findImage, type Image } from '../../services/ecr/image.ts'
import { layerPath } from '../../services/ecr/layer.ts'
import { blobsOf, readManifest } from '../../services/ecr/manifest.ts'
import { type ImageReference, readImageReference } from './imageReference.ts'

const words = z.array(z.string()).nullish()

const configShape = z.object({
  architecture: z.string().optional(),
  os: z.string().optional(),
  config: z
    .object({
      Env: words,
      Entrypoint: words,
      Cmd: words,
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      StopSignal: z.string().nullish(),
    })
    .nullish(),
})

/** What an image says of how it is run. */
export type ImageConfig = NonNullable<z.infer<typeof configShape>['config']>

/** An image for one platform, whose blobs lie on disk. */
export interface StoredImage {
  /** Of what the reference names; an index of several platforms has its own. */
  readonly digest: string
  readonly config: ImageConfig
  /** The document itself, for engines that load it. */
  readonly configPath: string
  /** The layers' files, lowest first. */
  readonly layers: readonly string[]
}

/** Why a task does not get its image, as ECS says it. */
export class CannotPull extends Error {
  override readonly name = 'CannotPull'
  constructor(why: string) {
    super(`CannotPullContainerError: pull image manifest has been retried 1 time(s): ${why}`)
  }
}

/**
 * The image of the registry's storage that `image` names, for `platform` (`linux/arm64`). `ecrOf` gives a call of ECR in
 * a region. Throws CannotPull.
 */
export const storedImage = async (
  ecrOf: (region: string) => Call,
  image: string,
  region: string,
  platform: string,
): Promise<StoredImage> => {
  const reference = readImageReference(image, region)
  if (!reference)
    throw new CannotPull(`failed to resolve ref ${image}: the embedded AWS reaches no registry but its own`)
  const call = ecrOf(reference.region)
  const found = lookUp(call, reference)
  if (!found) throw new CannotPull(`failed to resolve ref ${image}: ${image}: not found`)
  const manifests = await candidates(call, found, reference.repository)
  for (const { manifest } of manifests) {
    const { config, layers = [] } = readManifest(manifest)
    if (!config) continue
    const configPath = layerPath(call, config.digest)
    const document = configShape.parse(JSON.parse(await readFile(configPath, 'utf8')))
    if (`${document.os ?? 'linux'}/${document.architecture ?? 'amd64'}` !== platform) continue
    return {
      digest: found.digest,
      config: document.config ?? {},
      configPath,
      layers: layers.map(({ digest }) => layerPath(call, digest)),
    }
  }
  throw new CannotPull(`image Manifest does not contain descriptor matching platform '${platform}'`)
}

const lookUp = (call: Call, { repository, tag, digest }: ImageReference): Image | undefined =>
  findImage(call, repository, digest === null ? { imageTag: tag } : { imageDigest: digest })

/** The image itself, or those an index points at; attestations among them have no layers to run. */
const candidates = async (call: Call, image: Image, repository: string): Promise<Image[]> => {
  const { manifests } = readManifest(image.manifest)
  if (!manifests) return [image]
  return manifests.flatMap(({ digest }) => {
    const part = findImage(call, repository, { imageDigest: digest })
    return part && blobsOf(readManifest(part.manifest)).length > 0 ? [part] : []
  })
}
