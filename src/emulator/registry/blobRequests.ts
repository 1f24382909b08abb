import { open } from 'node:fs/promises'
import { AwsError } from '../service.ts'
import { type Layer, layerOf, layerPath } from '../services/ecr/layer.ts'
import { repositoryOf } from '../services/ecr/repository.ts'
import { byteRange } from '../services/s3/range.ts'
import { RegistryError } from './registryError.ts'
import type { RegistryHandler, RegistryRequest } from './registryRequest.ts'

const BUFFER_BYTES = 1 << 20

export const blobRequests = {
  HeadBlob: request => {
    const { size, digest } = layerAt(request)
    return { status: 200, headers: headersOf(digest, size), body: null }
  },

  /** Whole, or the one range asked for. The file is open when it answers: a delete cannot tear it. */
  GetBlob: async request => {
    const { size, digest } = layerAt(request)
    const range = rangeOf(request, size)
    const { first, last } = range ?? { first: 0, last: size - 1 }
    const headers = headersOf(digest, last - first + 1)
    if (range) headers['content-range'] = `bytes ${first}-${last}/${size}`
    const file = size === 0 ? null : await open(layerPath(request.call, digest))
    return {
      status: range ? 206 : 200,
      headers,
      body: file?.createReadStream({ start: first, end: last, highWaterMark: BUFFER_BYTES }) ?? null,
    }
  },
} satisfies Record<string, RegistryHandler>

const layerAt = ({ call, repository, reference }: RegistryRequest): Layer => {
  const layer = layerOf(call, repositoryOf(call, repository).name, reference)
  if (!layer) throw new RegistryError('BLOB_UNKNOWN', `The layer ${reference} is not in ${repository}`)
  return layer
}

const headersOf = (digest: string, length: number): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'content-length': String(length),
  'accept-ranges': 'bytes',
  'docker-content-digest': digest,
  etag: `"${digest}"`,
})

const rangeOf = ({ http }: RegistryRequest, size: number) => {
  try {
    return byteRange(http.headers.range, size)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw new RegistryError('SIZE_INVALID', error.message, {
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
    })
  }
}
