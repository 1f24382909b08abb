import type { IncomingMessage } from 'node:http'
import { UserError } from '../../errors.ts'
import { assemble } from '../oci/assemble.ts'
import type { Blob, Descriptor, Image, Platform } from '../oci/image.ts'
import { bodyOf } from './exchange.ts'
import type { Reference } from './reference.ts'
import type { Registry } from './registry.ts'
import { registryError } from './registryError.ts'
import { ACCEPTED, manifestAt, pullScope, resolve } from './resolve.ts'

export { resolve }

const REDIRECTS = 5

/** The image of `platform` under that reference; its layers stream from the registry when they are opened. */
export const imageIn = async (
  registry: Registry,
  reference: Reference,
  platform: Platform,
): Promise<Image> => {
  const { repository } = reference
  const found = await manifestAt(registry, reference)
  if (reference.digest !== null && found.descriptor.digest !== reference.digest)
    throw new UserError(
      `${registry.host}/${repository} answered ${found.descriptor.digest} for ${reference.digest}.`,
      'Do not use it; ask who runs the registry.',
    )
  const source = {
    name: `${registry.host}/${repository}`,
    document: async ({ digest, mediaType }: Descriptor) => {
      if (digest === found.descriptor.digest) return found.bytes
      const kind = /manifest|image\.index/.test(mediaType) ? 'manifests' : 'blobs'
      return bodyOf(await get(registry, repository, `/v2/${repository}/${kind}/${digest}`, {}))
    },
    blob: (descriptor: Descriptor) => blobIn(registry, repository, descriptor),
  }
  return assemble(source, found.descriptor, platform)
}

/** Not hashed on its way: the registry it goes to does that, and refuses what came damaged. */
const blobIn = (registry: Registry, repository: string, descriptor: Descriptor): Blob => ({
  descriptor,
  origin: { registry: registry.host, repository },
  async open(offset) {
    const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` }
    const answer = await get(registry, repository, `/v2/${repository}/blobs/${descriptor.digest}`, headers)
    return offset > 0 && answer.statusCode !== 206 ? skipping(answer, offset) : answer
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

const get = async (
  registry: Registry,
  repository: string,
  path: string,
  headers: Record<string, string>,
): Promise<IncomingMessage> => {
  let url = path
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const answer = await registry.ask('GET', url, {
      headers: { accept: `${ACCEPTED}, */*`, ...headers },
      scope: pullScope(repository),
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
    // Relative to where it was said.
    url = /^https?:/.test(url) ? new URL(location, url).href : location
  }
  throw new UserError(`${registry.host} redirects ${path} in circles.`, 'Ask who runs the registry.')
}
