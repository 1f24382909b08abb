import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { UserError } from '../../errors.ts'
import { digestOf } from '../oci/digest.ts'
import type { Blob } from '../oci/image.ts'
import { bodyOf } from './exchange.ts'
import type { Registry } from './registry.ts'
import { registryError } from './registryError.ts'

/** Sent in one request, out of memory. */
const SMALL_BYTES = 1 << 20
const RESUMES = 10

interface Target {
  readonly blob: Blob
  readonly registry: Registry
  readonly repository: string
  readonly sent: (bytes: number) => void
}

/**
 * Makes sure that the repository has the blob: asks, mounts it from where its registry has it, or streams it, going on
 * where a lost connection left off. The bytes are hashed on their way and committed only when they are what they claim.
 */
export const sendBlob = async (
  blob: Blob,
  registry: Registry,
  repository: string,
  sent: (bytes: number) => void,
): Promise<'sent' | 'mounted' | 'there'> => {
  const target = { blob, registry, repository, sent }
  const { digest, size } = blob.descriptor
  const head = await ask(target, 'HEAD', `/v2/${repository}/blobs/${digest}`)
  head.resume()
  if (head.statusCode === 200) return 'there'
  if (head.statusCode !== 404) throw await refusal(target, head)

  const { origin } = blob
  const mount = origin !== null && origin.registry === registry.host && origin.repository !== repository
  const query = mount ? `?mount=${digest}&from=${encodeURIComponent(origin.repository)}` : ''
  const started = await ask(target, 'POST', `/v2/${repository}/blobs/uploads/${query}`)
  started.resume()
  if (started.statusCode === 201) return 'mounted'
  if (started.statusCode !== 202) throw await refusal(target, started)
  const location = locationOf(target, started, '')
  if (size <= SMALL_BYTES) await sendWhole(target, location)
  else await stream(target, location)
  return 'sent'
}

const ask = (
  { registry, repository }: Target,
  method: string,
  path: string,
  more: Partial<Parameters<Registry['ask']>[2]> = {},
) => registry.ask(method, path, { scope: `repository:${repository}:pull,push`, ...more })

const refusal = async ({ registry, repository }: Target, answer: IncomingMessage) =>
  registryError(
    `pushing to ${registry.host}/${repository}`,
    answer.statusCode ?? 0,
    (await bodyOf(answer)).toString('utf8'),
  )

/** Each answer says where the upload goes on. */
const locationOf = ({ registry }: Target, answer: IncomingMessage, before: string): string => {
  const location = answer.headers.location ?? before
  if (location === '') throw new Error(`${registry.host} began an upload without saying where`)
  return location
}

const withDigest = (location: string, digest: string): string =>
  `${location}${location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`

const sendWhole = async (target: Target, location: string): Promise<void> => {
  const { descriptor } = target.blob
  const chunks: Uint8Array[] = []
  for await (const chunk of await target.blob.open(0)) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const found = digestOf(bytes)
  if (found !== descriptor.digest) {
    await cancel(target, location)
    throw damaged(descriptor.digest, found)
  }
  await finish(target, location, bytes)
  target.sent(bytes.length)
}

const finish = async (target: Target, location: string, bytes: Uint8Array): Promise<void> => {
  const answer = await ask(target, 'PUT', withDigest(location, target.blob.descriptor.digest), {
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes.length) },
    body: bytes,
  })
  if (answer.statusCode !== 201) throw await refusal(target, answer)
  answer.resume()
}

const stream = async (target: Target, first: string): Promise<void> => {
  const { blob } = target
  const { digest, size } = blob.descriptor
  let location = first
  let offset = 0
  for (let resumes = 0; offset < size; resumes++) {
    const hash = offset === 0 ? createHash('sha256') : null
    const from = offset
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for await (const chunk of await blob.open(from)) {
        hash?.update(chunk)
        target.sent(chunk.length)
        yield chunk
      }
    }
    try {
      const answer = await ask(target, 'PATCH', location, {
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': String(size - from),
          ...(from > 0 && { 'content-range': `${from}-${size - 1}` }),
        },
        body: async () => body(),
        once: true,
      })
      if (answer.statusCode !== 202) throw await refusal(target, answer)
      answer.resume()
      location = locationOf(target, answer, location)
      offset = size
      const found = hash && `sha256:${hash.digest('hex')}`
      if (found !== null && found !== digest) {
        await cancel(target, location)
        throw damaged(digest, found)
      }
    } catch (error) {
      if (error instanceof UserError || !isLost(error) || resumes === RESUMES) throw error
      const status = await ask(target, 'GET', location)
      status.resume()
      if (status.statusCode !== 204) throw error
      location = locationOf(target, status, location)
      offset = received(status)
    }
  }
  // The registry hashes it all once more: what was resumed is checked there.
  await finish(target, location, new Uint8Array())
}

/** `Range: 0-1048575` names the last byte it has; a fresh upload says `0-0`, or nothing. */
const received = ({ headers }: IncomingMessage): number => {
  const last = Number(/-(\d+)$/.exec(String(headers['range'] ?? ''))?.[1] ?? 0)
  return last === 0 ? 0 : last + 1
}

/** The connection, not the registry. */
const isLost = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ECONN|EPIPE|ETIMEDOUT|ERR_STREAM)/.test(String(error.code))

const cancel = async (target: Target, location: string): Promise<void> => {
  const answer = await ask(target, 'DELETE', location).catch(() => null)
  answer?.resume()
}

const damaged = (digest: string, found: string): UserError =>
  new UserError(`A layer is damaged: it should be ${digest} and is ${found}.`, 'Build the image again.')
