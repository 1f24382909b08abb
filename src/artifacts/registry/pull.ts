import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { UserError } from '../../errors.ts'
import { assemble } from '../oci/assemble.ts'
import { digestOf } from '../oci/digest.ts'
import type { Blob, Descriptor, Image, Platform } from '../oci/image.ts'
import { mediaTypes } from '../oci/mediaTypes.ts'
import { bodyOf } from './exchange.ts'
import type { Reference } from './reference.ts'
import type { Registry } from './registry.ts'
import { registryError } from './registryError.ts'

const ACCEPT = [
  mediaTypes.index,
  mediaTypes.manifest,
  mediaTypes.dockerList,
  mediaTypes.dockerManifest,
].join()
const REDIRECTS = 5

const scopeOf = (repository: string) => `repository:${repository}:pull`

/** What `tag` or digest points at in this moment. Throws UserError when it is not there. */
export const resolve = async (
  registry: Registry,
  { repository, tag, digest }: Reference,
): Promise<Descriptor> => {
  const reference = digest ?? tag ?? 'latest'
  const path = `/v2/${repository}/manifests/${reference}`
  const answer = await registry.ask('GET', path, { headers: { accept: ACCEPT }, scope: scopeOf(repository) })
  const bytes = await bodyOf(answer)
  if (answer.statusCode !== 200)
    throw registryError(
      `${registry.host}/${repository}:${reference}`,
      answer.statusCode ?? 0,
      bytes.toString('utf8'),
    )
  return {
    mediaType: answer.headers['content-type'] ?? mediaTypes.manifest,
    digest: digestOf(bytes),
    size: bytes.length,
  }
}

/** The image of `platform` under that reference; its layers stream from the registry when they are opened. */
export const imageIn = async (
  registry: Registry,
  reference: Reference,
  platform: Platform,
): Promise<Image> => {
  const { repository } = reference
  const found = await resolve(registry, reference)
  if (reference.digest !== null && found.digest !== reference.digest)
    throw new UserError(
      `${registry.host}/${repository} answered ${found.digest} for ${reference.digest}.`,
      'Do not use it; ask who runs the registry.',
    )
  return assemble(
    {
      name: `${registry.host}/${repository}`,
      document: async ({ digest, mediaType }) => {
        const kind =
          mediaType === mediaTypes.config || mediaType.endsWith('container.image.v1+json')
            ? 'blobs'
            : 'manifests'
        const answer = await get(registry, repository, `/v2/${repository}/${kind}/${digest}`, {})
        return bodyOf(answer)
      },
      blob: descriptor => blobIn(registry, repository, descriptor),
    },
    found,
    platform,
  )
}

const blobIn = (registry: Registry, repository: string, descriptor: Descriptor): Blob => ({
  descriptor,
  origin: { registry: registry.host, repository },
  async open(offset) {
    const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` }
    const answer = await get(registry, repository, `/v2/${repository}/blobs/${descriptor.digest}`, headers)
    if (offset > 0 && answer.statusCode !== 206) return skipping(answer, offset)
    return offset === 0 ? checked(answer, descriptor) : answer
  },
})

/** A registry that knows no ranges sends all of it. */
async function* skipping(answer: AsyncIterable<Uint8Array>, offset: number): AsyncIterable<Uint8Array> {
  let passed = 0
  for await (const chunk of answer) {
    const from = Math.max(0, offset - passed)
    passed += chunk.length
    if (from < chunk.length) yield chunk.subarray(from)
  }
}

async function* checked(
  answer: AsyncIterable<Uint8Array>,
  { digest }: Descriptor,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  for await (const chunk of answer) {
    hash.update(chunk)
    yield chunk
  }
  const found = `sha256:${hash.digest('hex')}`
  if (found !== digest)
    throw new UserError(
      `A layer came damaged: ${found} in place of ${digest}.`,
      'Run the same command again.',
    )
}

const get = async (
  registry: Registry,
  repository: string,
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> => {
  let url = path
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const answer = await registry.ask('GET', url, {
      headers: { accept: `${ACCEPT}, */*`, ...headers },
      scope: scopeOf(repository),
    })
    const { statusCode = 0 } = answer
    if (statusCode === 200 || statusCode === 206) return answer
    const { location } = answer.headers
    if (statusCode < 300 || statusCode >= 400 || location === undefined)
      throw registryError(
        `${registry.host}/${repository}`,
        statusCode,
        (await bodyOf(answer)).toString('utf8'),
      )
    answer.resume()
    url = location
  }
  throw new UserError(`${registry.host} redirects ${path} in circles.`, 'Ask who runs the registry.')
}
