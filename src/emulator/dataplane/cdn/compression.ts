import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Encoding } from '../../services/cloudfront/managedPolicies.ts'
import { type EdgeAnswer, sizeOf } from './edgeAnswer.ts'

const SMALLEST_BYTES = 1_000
const LARGEST_BYTES = 10_000_000

/** CloudFront guide, "Serve compressed files": "File types that CloudFront compresses". */
const SUBTYPES = {
  application: `dash+xml eot font font-sfnt javascript json opentype otf pdf pkcs7-mime protobuf rss+xml truetype ttf
    vnd.apple.mpegurl vnd.mapbox-vector-tile vnd.ms-fontobject wasm xhtml+xml xml x-font-opentype x-font-truetype
    x-font-ttf x-httpd-cgi x-javascript x-mpegurl x-opentype x-otf x-perl x-ttf`,
  font: 'eot opentype otf ttf',
  image: 'svg+xml',
  text: 'css csv html javascript js plain richtext tab-separated-values xml x-component x-java-source x-script',
}

const TYPES: ReadonlySet<string> = new Set(
  Object.entries(SUBTYPES).flatMap(([type, subtypes]) =>
    subtypes.split(/\s+/).map(subtype => `${type}/${subtype}`),
  ),
)

const compressors: Record<Encoding, (bytes: Uint8Array) => Promise<Uint8Array>> = {
  br: bytes => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: bytes => promisify(gzip)(bytes),
}

/** What of `offered` a viewer takes, best first: the part of Accept-Encoding that counts for the cache key. */
export const acceptedEncodings = (header: string | undefined, offered: readonly Encoding[]): Encoding[] => {
  const wanted = (header ?? '')
    .toLowerCase()
    .split(',')
    .map(one => one.replaceAll(' ', ''))
  const taken = wanted.filter(one => !/;q=0(\.0*)?$/.test(one)).map(one => one.split(';')[0])
  return (['br', 'gzip'] as const).filter(encoding => offered.includes(encoding) && taken.includes(encoding))
}

/** The answer with its body, if it is one that CloudFront compresses, in the viewer's best encoding. */
export const compressed = async (answer: EdgeAnswer, encodings: readonly Encoding[]): Promise<EdgeAnswer> => {
  const { status, headers, body } = answer
  const [type = ''] = (headers['content-type'] ?? '').toLowerCase().split(';')
  const size = sizeOf(answer)
  const fits =
    [200, 403, 404].includes(status) &&
    TYPES.has(type.trim()) &&
    size >= SMALLEST_BYTES &&
    size <= LARGEST_BYTES &&
    headers['content-encoding'] === undefined
  if (!fits || !(body instanceof Uint8Array)) return answer
  const varying = { ...headers, vary: 'Accept-Encoding' }
  const [encoding] = encodings
  if (encoding === undefined) return { ...answer, headers: varying }
  const { etag } = headers
  return {
    status,
    headers: {
      ...varying,
      'content-encoding': encoding,
      ...(etag !== undefined && { etag: etag.startsWith('W/') ? etag : `W/${etag}` }),
    },
    body: await compressors[encoding](body),
  }
}
