import type { S3Request } from '../resource.ts'

/** What is in an element of S3's flat error documents. */
const element = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(xml)?.[1]
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&') ?? ''

/**
 * The error an answer of S3 means, in the shape the SDK gives errors; undefined for a success. A copy or a completed
 * upload that takes long is answered 200 before it may fail: then the document is an error all the same
 * (S3 API Reference, "CopyObject").
 */
export const s3Fault = (
  asked: Pick<S3Request, 'operation' | 'bucket' | 'key'>,
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
): Error | undefined => {
  const late = status === 200 && /^(CopyObject|CompleteMultipartUpload|UploadPartCopy)$/.test(asked.operation)
  if (status < 300 && !(late && body.includes('<Error>'))) return undefined
  const xml = body.toString('utf8')
  const code = element(xml, 'Code') || (status === 404 ? 'NotFound' : `Status${status}`)
  const message = element(xml, 'Message') || `S3 answered ${status}`
  const error = new Error(`${message} (${asked.operation} of ${asked.bucket}/${asked.key})`)
  return Object.assign(error, {
    name: code,
    Code: code,
    $metadata: { httpStatusCode: status, requestId: headers['x-amz-request-id'] },
  })
}
