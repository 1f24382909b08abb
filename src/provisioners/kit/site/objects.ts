import type { Headers } from '../../../artifacts/site/headers.ts'
import type { Aws, S3Answer, S3Request } from '../../../resource.ts'

type Asked = Pick<S3Request, 'operation' | 'method' | 'key'> &
  Partial<Pick<S3Request, 'query' | 'headers' | 'body'>>

/** The objects of one bucket, one request each. */
export const objectsOf = (aws: Aws, bucket: string, signal: AbortSignal) => {
  const send = ({ query = {}, headers = {}, body = null, ...asked }: Asked): Promise<S3Answer> =>
    aws.s3({ ...asked, bucket, query, headers, body, signal })

  return {
    send,

    async get(key: string): Promise<Buffer> {
      return (await send({ operation: 'GetObject', method: 'GET', key })).body
    },

    async headers(key: string): Promise<Headers> {
      const { headers } = await send({ operation: 'HeadObject', method: 'HEAD', key })
      return { type: one(headers['content-type']), cache: one(headers['cache-control']) }
    },

    /** Answers its ETag. */
    async put(key: string, body: S3Request['body'], md5: string, as: Headers): Promise<string> {
      const headers = { ...stored(as), 'content-md5': md5 }
      return etagIn(await send({ operation: 'PutObject', method: 'PUT', key, headers, body }))
    },

    /** Copies inside the bucket; `as` null: with the headers it has. */
    async copy(from: string, to: string, as: Headers | null): Promise<void> {
      const source = `/${bucket}/${from.split('/').map(encodeURIComponent).join('/')}`
      const headers = {
        'x-amz-copy-source': source,
        ...(as !== null && { ...stored(as), 'x-amz-metadata-directive': 'REPLACE' }),
      }
      await send({ operation: 'CopyObject', method: 'PUT', key: to, headers })
    },

    /** Calm when it is already gone. */
    async remove(key: string): Promise<void> {
      await send({ operation: 'DeleteObject', method: 'DELETE', key })
    },
  }
}

export type Objects = ReturnType<typeof objectsOf>

export const stored = ({ type, cache }: Headers): Record<string, string> => ({
  'content-type': type,
  'cache-control': cache,
})

const one = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(', ') : (value ?? '')

export const etagIn = ({ headers }: S3Answer): string => one(headers['etag']).replaceAll('"', '')
