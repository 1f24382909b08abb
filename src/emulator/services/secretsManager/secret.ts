import { randomInt } from 'node:crypto'
import type * as SecretsManager from '@aws-sdk/client-secrets-manager'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags } from '../../tags.ts'

export type SecretsService = Service<typeof SecretsManager>

export interface Version {
  text: string | null
  /** Base64. */
  bytes: string | null
  createdAt: number
  /** `AWSCURRENT`, `AWSPREVIOUS` and the caller's own. */
  stages: string[]
}

/** A secret as kept; times are epoch milliseconds. */
export interface Secret {
  name: string
  arn: string
  description: string | null
  kmsKey: string | null
  createdAt: number
  changedAt: number
  /** Marked for deletion then; null while nobody deletes it. */
  deletedAt: number | null
  /** Gone from then on. */
  goneAt: number | null
  versions: Record<string, Version>
}

export const CURRENT = 'AWSCURRENT'
const PREVIOUS = 'AWSPREVIOUS'

export const secretsOf = (call: Call) => call.table<Secret>('secrets')

export const invalidRequest = (message: string) => new AwsError('InvalidRequestException', message)
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message)
export const notFound = (message = "Secrets Manager can't find the specified secret.") =>
  new AwsError('ResourceNotFoundException', message)

/** Six random characters end every secret's ARN, so that a name used again is another secret. */
export const newArn = (call: Call, name: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')
  return `arn:aws:secretsmanager:${call.region}:${call.account}:secret:${name}-${suffix}`
}

/** By name, ARN, or ARN without its six characters; one whose time is over goes for good here. */
export const lookUpSecret = (call: Call, id: string | undefined): Secret | undefined => {
  const table = secretsOf(call)
  const secret =
    table.get(id ?? '') ??
    table.values().find(({ arn }) => arn === id || arn.replace(/-[A-Za-z0-9]{6}$/, '') === id)
  if (secret === undefined || secret.goneAt === null || call.now < secret.goneAt) return secret
  table.delete(secret.name)
  forgetTags(call, secret.arn)
  return undefined
}

/** Throws ResourceNotFoundException. */
export const secretNamed = (call: Call, id: string | undefined): Secret => {
  const secret = lookUpSecret(call, id)
  if (secret === undefined) throw notFound()
  return secret
}

/** Throws InvalidRequestException for a secret marked for deletion. */
export const usableSecret = (call: Call, id: string | undefined): Secret => {
  const secret = secretNamed(call, id)
  if (secret.deletedAt !== null)
    throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.")
  return secret
}

export interface Content {
  SecretString?: string | undefined
  SecretBinary?: Uint8Array | undefined
}

const contentOf = ({ SecretString, SecretBinary }: Content) => {
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    )
  return {
    text: SecretString ?? null,
    bytes: SecretBinary ? Buffer.from(SecretBinary).toString('base64') : null,
  }
}

/**
 * `secret` with a new version under `stages`. The same id with the same content changes nothing; with another
 * content it throws ResourceExistsException.
 */
export const withVersion = (
  call: Call,
  secret: Secret,
  id: string,
  content: Content,
  stages: readonly string[] = [CURRENT],
): Secret => {
  const { text, bytes } = contentOf(content)
  const held = secret.versions[id]
  if (held && (held.text !== text || held.bytes !== bytes))
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    )
  if (held) return secret
  const moved = Object.entries(secret.versions).map(([other, version]): [string, Version] => {
    const was = version.stages.includes(CURRENT) && stages.includes(CURRENT)
    const kept = version.stages.filter(
      stage => !stages.includes(stage) && !(stage === PREVIOUS && stages.includes(CURRENT)),
    )
    return [other, { ...version, stages: was ? [...kept, PREVIOUS] : kept }]
  })
  const fresh: Version = { text, bytes, createdAt: call.now, stages: [...stages] }
  // A version without any stage is forgotten.
  const versions = [...moved.filter(([, version]) => version.stages.length > 0), [id, fresh] as const]
  return { ...secret, versions: Object.fromEntries(versions), changedAt: call.now }
}
