import { AwsError } from '../service.ts'
import type { WireResponse } from '../wire/protocol.ts'

/** The error codes of the OCI Distribution Specification ("Error Codes"), and the status each goes with. */
const STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  UNKNOWN: 500,
} as const

export type RegistryCode = keyof typeof STATUS

/** A refusal of the registry, as its clients are told. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly code: RegistryCode
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: RegistryCode,
    message: string,
    options: { status?: number; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.code = code
    this.status = options.status ?? STATUS[code]
    this.headers = options.headers ?? {}
  }

  response(): WireResponse {
    return {
      status: this.status,
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ errors: [{ code: this.code, message: this.message }] }),
    }
  }
}

/** What ECR's control plane calls an error → what its registry calls it. */
const CODES: Readonly<Record<string, RegistryCode>> = {
  ImageDigestDoesNotMatchException: 'DIGEST_INVALID',
  ImageTagAlreadyExistsException: 'TAG_INVALID',
  InvalidParameterException: 'MANIFEST_INVALID',
  LayersNotFoundException: 'MANIFEST_BLOB_UNKNOWN',
  ReferencedImagesNotFoundException: 'MANIFEST_BLOB_UNKNOWN',
  RepositoryNotFoundException: 'NAME_UNKNOWN',
  ThrottlingException: 'TOOMANYREQUESTS',
}

/** Any error as the registry tells it; what is no refusal is a bug and comes out as 500. */
export const registryErrorOf = (error: unknown): RegistryError => {
  if (error instanceof RegistryError) return error
  if (!(error instanceof AwsError))
    return new RegistryError('UNKNOWN', `A bug in the embedded AWS: ${String(error)}`)
  const code = CODES[error.code] ?? 'UNKNOWN'
  return new RegistryError(code, error.message, {
    ...(code === 'UNKNOWN' && error.status !== undefined ? { status: error.status } : {}),
  })
}
