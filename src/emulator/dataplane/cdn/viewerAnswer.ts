import type { IncomingHttpHeaders } from 'node:http'
import { AwsError } from '../../service.ts'
import { byteRange } from '../../services/s3/range.ts'
import type { WireResponse } from '../../wire/protocol.ts'
import { type EdgeAnswer, errorXml, type Span, sizeOf } from './edgeAnswer.ts'

const bare = (etag: string): string => etag.trim().replace(/^W\//, '')

/** RFC 9110: If-None-Match outweighs If-Modified-Since, and compares weakly. */
const isUnchanged = (answer: EdgeAnswer, asked: IncomingHttpHeaders): boolean => {
  const { etag = '', 'last-modified': modified = '' } = answer.headers
  const condition = asked['if-none-match']
  if (condition !== undefined)
    return condition.split(',').some(one => one.trim() === '*' || bare(one) === bare(etag))
  const since = Date.parse(asked['if-modified-since'] ?? '')
  return Date.parse(modified) <= since
}

/** What `Range` means here; null: the whole. Throws InvalidRange when nothing of it lies in the object. */
const spanOf = (answer: EdgeAnswer, asked: IncomingHttpHeaders): Span | null => {
  const { etag, 'last-modified': modified } = answer.headers
  const condition = asked['if-range']
  if (condition !== undefined && condition !== etag && condition !== modified) return null
  return byteRange(asked.range, sizeOf(answer)) ?? null
}

const opened = async ({ body }: EdgeAnswer, span: Span | null): Promise<WireResponse['body']> => {
  if (!(body instanceof Uint8Array)) return body.open(span)
  return span ? body.subarray(span.first, span.last + 1) : body
}

/** An object as this viewer gets it: nothing new, a part, or the whole; for HEAD without reading it. */
export const viewerAnswer = async (
  answer: EdgeAnswer,
  method: string,
  asked: IncomingHttpHeaders,
): Promise<WireResponse> => {
  const { status, headers } = answer
  const size = sizeOf(answer)
  if (status === 200 && isUnchanged(answer, asked))
    return { status: 304, headers: { ...headers }, body: null }
  try {
    const span = status === 200 ? spanOf(answer, asked) : null
    const length = span ? span.last - span.first + 1 : size
    return {
      status: span ? 206 : status,
      headers: {
        ...headers,
        'content-length': String(length),
        ...(span && { 'content-range': `bytes ${span.first}-${span.last}/${size}` }),
      },
      body: method === 'HEAD' ? null : await opened(answer, span),
    }
  } catch (error) {
    if (!(error instanceof AwsError) || error.status !== 416) throw error
    const { headers: own, body } = errorXml(416, error.code, error.message)
    return { status: 416, headers: { ...own, 'content-range': `bytes */${size}` }, body: body as Uint8Array }
  }
}
