import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import type { Blob } from '../oci/image.ts'
import { bodyOf, isConnectionError } from './exchange.ts'
import { isBusy, pauseMs, type Registry } from './registry.ts'
import { codeIn, registryError } from './registryError.ts'

/** Where a blob goes. */
export interface BlobTarget {
  readonly registry: Registry
  readonly repository: string
  /** Ends it; what has been sent stays with the registry. */
  readonly signal: AbortSignal
  /** How many of the blob's bytes are on their way or there. */
  progress(bytes: number): void
}

/** Where an upload stands. */
interface Upload {
  readonly location: string
  /** Bytes the registry has. */
  readonly offset: number
}

const RESUMES = 10

/**
 * Makes sure that the repository has the blob: asks (unless it is known to be `missing`), mounts it from where its registry
 * has it, or streams it in one request, going on where a lost connection or a busy registry left off. It is the registry
 * that hashes the bytes and refuses others than they claim to be: hashing them here as well would take as long as sending.
 * Throws UserError for a damaged blob and for what the registry refuses.
 */
export const sendBlob = async (
  blob: Blob,
  missing: boolean,
  target: BlobTarget,
): Promise<'sent' | 'mounted' | 'there'> => {
  if (!missing && (await isThere(blob, target))) return 'there'
  const begun = await begin(blob, target)
  if (begun === null) return 'mounted'
  let upload: Upload | null = begun
  for (let lost = 0; upload !== null; lost++) {
    const failed: Failed | null = await attempt(blob, upload, target)
    if (failed === null) return 'sent'
    if (lost === RESUMES) throw failed.error
    await sleep(pauseMs(Math.min(lost + 1, 6), failed.answer), undefined, { signal: target.signal })
    upload = await goOn(blob, upload, target)
  }
  return 'sent'
}

type Sending = Pick<Parameters<Registry['ask']>[2], 'headers' | 'body' | 'once'>

const ask = (
  { registry, repository, signal }: BlobTarget,
  method: string,
  path: string,
  sending: Sending = {},
  alsoFrom: string | null = null,
): Promise<IncomingMessage> => {
  const from = alsoFrom === null ? '' : ` repository:${alsoFrom}:pull`
  return registry.ask(method, path, {
    scope: `repository:${repository}:pull,push${from}`,
    signal,
    ...sending,
  })
}

const isThere = async ({ descriptor }: Blob, target: BlobTarget): Promise<boolean> => {
  const answer = await ask(target, 'HEAD', `/v2/${target.repository}/blobs/${descriptor.digest}`)
  answer.resume()
  const { statusCode = 0 } = answer
  // A redirect leads to where it lies.
  if (statusCode === 200 || (statusCode >= 301 && statusCode <= 308)) return true
  if (statusCode !== 404) throw await refusal(target, answer)
  return false
}

/** Null when the blob could be mounted. A registry may refuse that, to whom may not read the other repository for one. */
const begin = async ({ descriptor, origin }: Blob, target: BlobTarget): Promise<Upload | null> => {
  const { registry, repository } = target
  const path = `/v2/${repository}/blobs/uploads/`
  if (origin !== null && origin.registry === registry.host && origin.repository !== repository) {
    const query = `?mount=${descriptor.digest}&from=${encodeURIComponent(origin.repository)}`
    const mounting = await ask(target, 'POST', path + query, {}, origin.repository)
    mounting.resume()
    if (mounting.statusCode === 201) return null
    if (mounting.statusCode === 202) return { location: locationIn(mounting, target), offset: 0 }
  }
  const answer = await ask(target, 'POST', path)
  if (answer.statusCode !== 202) throw await refusal(target, answer)
  answer.resume()
  return { location: locationIn(answer, target), offset: 0 }
}

interface Failed {
  readonly error: unknown
  readonly answer: IncomingMessage | null
}

/** Sends what is left and commits it. Answers what kept it from that when a further attempt may succeed. */
const attempt = async (blob: Blob, upload: Upload, target: BlobTarget): Promise<Failed | null> => {
  const { digest, size } = blob.descriptor
  try {
    if (upload.offset === 0)
      return await judge(await ask(target, 'PUT', committing(upload, digest), rest(blob, 0, target)), 201)
    let { location } = upload
    if (upload.offset < size) {
      const answer = await ask(target, 'PATCH', location, rest(blob, upload.offset, target))
      const failed = await judge(answer, 202)
      if (failed !== null) return failed
      location = locationIn(answer, target)
    }
    return await judge(await ask(target, 'PUT', committing({ location }, digest)), 201)
  } catch (error) {
    if (!isConnectionError(error) || target.signal.aborted) throw error
    return { error, answer: null }
  }

  async function judge(answer: IncomingMessage, wanted: number): Promise<Failed | null> {
    const text = (await bodyOf(answer)).toString('utf8')
    const { statusCode = 0 } = answer
    if (statusCode === wanted) return null
    const code = codeIn(statusCode, text)
    if (code === 'DIGEST_INVALID') throw damaged(digest, target)
    const error = registryError(`pushing to ${target.registry.host}/${target.repository}`, statusCode, text)
    // It may have been writing still when it was asked how far it is.
    const moved = statusCode === 416 || (upload.offset > 0 && /^(BLOB_UPLOAD|RANGE)_INVALID$/.test(code))
    if (isBusy(answer) || moved || code === 'BLOB_UPLOAD_UNKNOWN') return { error, answer }
    throw error
  }
}

/** The blob's bytes from `offset` on, which must be as many as it claims. */
const rest = ({ descriptor, open }: Blob, offset: number, target: BlobTarget): Sending => {
  const { size, digest } = descriptor
  const body = async function* (): AsyncGenerator<Uint8Array> {
    let position = offset
    for await (const chunk of await open(offset)) {
      position += chunk.length
      if (position > size) throw damaged(digest, target)
      yield chunk
      target.progress(position)
    }
    if (position < size) throw damaged(digest, target)
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(size - offset),
    ...(offset > 0 && { 'content-range': `${offset}-${size - 1}` }),
  }
  return { headers, body: async () => body(), once: true }
}

/** Where to go on after a failure; null when the blob turns out to be there: it was only the answer that was lost. */
const goOn = async (blob: Blob, { location }: Upload, target: BlobTarget): Promise<Upload | null> => {
  const answer = await ask(target, 'GET', location)
  answer.resume()
  if (answer.statusCode === 204)
    return { location: locationIn(answer, target, location), offset: received(answer) }
  return (await isThere(blob, target)) ? null : begin(blob, target)
}

/** `Range: 0-1048575` names the last byte it has; a fresh upload says `0-0`, or nothing. */
const received = ({ headers }: IncomingMessage): number => {
  const last = Number(/-(\d+)$/.exec(String(headers['range'] ?? ''))?.[1] ?? 0)
  return last === 0 ? 0 : last + 1
}

/** Each answer says where the upload goes on. */
const locationIn = ({ headers }: IncomingMessage, { registry }: BlobTarget, before = ''): string => {
  const location = headers.location ?? before
  if (location === '') throw new Error(`${registry.host} began an upload without saying where`)
  return location
}

const committing = ({ location }: Pick<Upload, 'location'>, digest: string): string =>
  `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`

const refusal = async ({ registry, repository }: BlobTarget, answer: IncomingMessage): Promise<UserError> =>
  registryError(
    `pushing to ${registry.host}/${repository}`,
    answer.statusCode ?? 0,
    (await bodyOf(answer)).toString('utf8'),
  )

const damaged = (digest: string, { registry }: BlobTarget): UserError =>
  new UserError(
    `A layer is damaged: what was sent to ${registry.host} as ${digest} is something else.`,
    'Run the same command again: it builds the image anew.',
  )
