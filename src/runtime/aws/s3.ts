import { createReadStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Headers } from './awsError.ts'
import type { Send } from './awsSender.ts'
import { elements, elementTexts } from './xml.ts'

/** One bucket: where it answers and the path its keys stand under (`bucketEndpoint`). */
export interface Bucket {
  readonly origin: URL
  readonly path: string
}

/** What a write demands of the object it replaces: that it is still that one (its ETag), or that there is none. */
export type Precondition = { readonly match: string } | 'absent'

export interface FileUpload {
  readonly path: string
  readonly bytes: number
  /** Hex; S3 refuses other bytes and keeps it as the object's checksum. */
  readonly sha256: string
  readonly contentType: string
  /** Lower-case names. */
  readonly metadata: Readonly<Record<string, string>>
  readonly precondition: Precondition
}

/** The few things our programs ask of one bucket; every failure is thrown as `Send` does. */
export interface BucketDoor {
  /** The newest version: its headers, and its bytes to be read. */
  get(key: string, signal: AbortSignal): Promise<{ headers: Headers; body: IncomingMessage }>
  head(key: string, signal: AbortSignal): Promise<Headers>
  /** Puts a file in one piece (at most 5 GiB, S3's limit) and answers the headers. */
  putFile(key: string, upload: FileUpload, signal: AbortSignal): Promise<Headers>
  /** What is newest of exactly this key: a version, a delete marker, or nothing because it never was. */
  newest(key: string, signal: AbortSignal): Promise<'version' | 'deleteMarker' | 'nothing'>
}

/** A key in a path: every byte that is not unreserved is encoded, slashes stay. */
export const encodedKey = (key: string): string => key.split('/').map(encodedPart).join('/')

const encodedPart = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** Talks to one bucket through `send`. */
export const bucketDoor = (send: Send, { origin, path }: Bucket): BucketDoor => {
  const at = (method: string, target: string, headers: Readonly<Record<string, string>>) => ({
    service: 's3',
    origin,
    method,
    path: path + target,
    headers,
    body: '',
  })
  const object = (key: string) => `/${encodedKey(key)}`

  return {
    async get(key, signal) {
      const { headers, body } = await send(
        at('GET', object(key), { 'x-amz-checksum-mode': 'ENABLED' }),
        signal,
      )
      return { headers, body }
    },

    async head(key, signal) {
      const { headers, body } = await send(at('HEAD', object(key), {}), signal)
      body.resume()
      return headers
    },

    async putFile(key, { path: file, bytes, sha256, contentType, metadata, precondition }, signal) {
      const told = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])
      const { headers, body } = await send(
        {
          ...at('PUT', object(key), {
            'content-type': contentType,
            'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
            ...(precondition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': precondition.match }),
            ...Object.fromEntries(told),
          }),
          body: { open: () => createReadStream(file), bytes, sha256 },
        },
        signal,
      )
      body.resume()
      return headers
    },

    async newest(key, signal) {
      // Listed by key and then from new to old: the key itself comes before any longer one.
      const query = `?max-keys=1&prefix=${encodedPart(key)}&versions=`
      const { body } = await send(at('GET', `/${query}`, {}), signal)
      const list = await text(body)
      const has = (name: string) =>
        elements(list, name).some(entry => elementTexts(entry, 'Key').includes(key))
      if (has('DeleteMarker')) return 'deleteMarker'
      return has('Version') ? 'version' : 'nothing'
    },
  }
}
