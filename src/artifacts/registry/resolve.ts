import type { IncomingMessage } from 'node:http'
import { digestOf } from '../oci/digest.ts'
import type { Descriptor } from '../oci/image.ts'
import { mediaTypes } from '../oci/mediaTypes.ts'
import { bodyOf } from './exchange.ts'
import type { Reference } from './reference.ts'
import type { Registry } from './registry.ts'
import { registryError } from './registryError.ts'

/** The manifests that are understood here. */
export const ACCEPTED = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
].join()

export const pullScope = (repository: string): string => `repository:${repository}:pull`

const askFor = (registry: Registry, method: 'HEAD' | 'GET', repository: string, reference: string) =>
  registry.ask(method, `/v2/${repository}/manifests/${reference}`, {
    headers: { accept: ACCEPTED },
    scope: pullScope(repository),
  })

const mediaTypeOf = ({ headers }: IncomingMessage): string =>
  headers['content-type']?.split(';')[0]?.trim() ?? mediaTypes.manifest

/** The manifest or index under `tag` or digest, whole. Throws UserError when it is not there. */
export const manifestAt = async (
  registry: Registry,
  { repository, tag, digest }: Reference,
): Promise<{ descriptor: Descriptor; bytes: Uint8Array }> => {
  const reference = digest ?? tag ?? 'latest'
  const answer = await askFor(registry, 'GET', repository, reference)
  const bytes = await bodyOf(answer)
  if (answer.statusCode !== 200)
    throw registryError(
      `${registry.host}/${repository}${digest === null ? ':' : '@'}${reference}`,
      answer.statusCode ?? 0,
      bytes.toString('utf8'),
    )
  return {
    bytes,
    descriptor: { mediaType: mediaTypeOf(answer), digest: digestOf(bytes), size: bytes.length },
  }
}

/**
 * What `tag` or digest points at in this moment. Throws UserError when it is not there. Asks for the head alone where the
 * registry says the digest in it: Docker Hub counts whole manifests against a limit.
 */
export const resolve = async (registry: Registry, reference: Reference): Promise<Descriptor> => {
  const { repository, tag, digest } = reference
  const answer = await askFor(registry, 'HEAD', repository, digest ?? tag ?? 'latest')
  answer.resume()
  const found = answer.headers['docker-content-digest']
  const size = Number(answer.headers['content-length'])
  if (answer.statusCode === 200 && typeof found === 'string' && size > 0)
    return { mediaType: mediaTypeOf(answer), digest: found, size }
  return (await manifestAt(registry, reference)).descriptor
}

/** The digest a tag points at; null when there is no such tag. */
export const digestAt = async (
  tag: string,
  registry: Registry,
  repository: string,
): Promise<string | null> => {
  const answer = await askFor(registry, 'HEAD', repository, tag)
  answer.resume()
  const found = answer.headers['docker-content-digest']
  return answer.statusCode === 200 && typeof found === 'string' ? found : null
}
