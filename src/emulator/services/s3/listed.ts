import type * as S3 from '@aws-sdk/client-s3'
import { invalidArgument } from './errors.ts'
import { byUtf8 } from './page.ts'
import type { Content, Version } from './state.ts'

const MOST = 1000

/** An object as lists name it. */
export interface Live {
  key: string
  version: Version & { content: Content }
}

export const sorted = <T>(entries: [string, T][]): [string, T][] => entries.sort(([a], [b]) => byUtf8(a, b))

export const entryOf = ({ key, version: { at, content } }: Live, encode: (key: string) => string) => ({
  Key: encode(key),
  LastModified: new Date(at),
  ETag: content.etag,
  Size: content.size,
  StorageClass: content.storageClass as S3.ObjectStorageClass,
  ChecksumAlgorithm: [content.checksum.algorithm],
  ChecksumType: content.checksum.type,
})

/** `encoding-type=url`: everything XML 1.0 cannot hold arrives percent-encoded, a space as `+`. */
export const encoder = (type: string | undefined): ((text: string) => string) => {
  if (type === undefined) return text => text
  if (type !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type)
  return text =>
    encodeURIComponent(text)
      .replaceAll('%2F', '/')
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** At most 1000 whatever is asked. Throws InvalidArgument below zero. */
export const limit = (asked: number | undefined, name: string): number => {
  if (asked !== undefined && (!Number.isInteger(asked) || asked < 0))
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647', name, asked)
  return Math.min(asked ?? MOST, MOST)
}
