import { randomUUID } from 'node:crypto'
import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager'
import { page } from '../page.ts'
import { AwsError, type Call } from '../service.ts'
import { dropTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../tags.ts'
import {
  CURRENT,
  invalidParameter,
  invalidRequest,
  lookUpSecret,
  newArn,
  notFound,
  type Secret,
  type SecretsService,
  secretNamed,
  secretsOf,
  usableSecret,
  withVersion,
} from './secretsManager/secret.ts'

const DAY_MS = 86_400_000

const checkedTags = (tags: Record<string, string>, held: Record<string, string> = {}) => {
  const fault = tagFault(tags, held)
  if (fault) throw invalidParameter(fault)
  return tags
}

const tell = (call: Call, secret: Secret): DescribeSecretResponse => ({
  ARN: secret.arn,
  Name: secret.name,
  ...(secret.description !== null && { Description: secret.description }),
  ...(secret.kmsKey !== null && { KmsKeyId: secret.kmsKey }),
  CreatedDate: new Date(secret.createdAt),
  LastChangedDate: new Date(secret.changedAt),
  ...(secret.deletedAt !== null && { DeletedDate: new Date(secret.deletedAt) }),
  Tags: tagList(tagsOf(call, secret.arn)),
})

const stagesOf = (secret: Secret): Record<string, string[]> =>
  Object.fromEntries(Object.entries(secret.versions).map(([id, { stages }]) => [id, stages]))

const hasContent = (input: { SecretString?: unknown; SecretBinary?: unknown }): boolean =>
  input.SecretString !== undefined || input.SecretBinary !== undefined

const keep = (call: Call, secret: Secret): Secret => {
  secretsOf(call).set(secret.name, secret)
  return secret
}

type Filter = { Key?: string | undefined; Values?: string[] | undefined }

/** Every filter must match; a value in front of which `!` stands must not. */
const matches = (call: Call, secret: Secret, filters: readonly Filter[]): boolean =>
  filters.every(({ Key, Values = [] }) => {
    const tags = tagsOf(call, secret.arn)
    const texts = {
      name: [secret.name],
      description: [secret.description ?? ''],
      'tag-key': Object.keys(tags),
      'tag-value': Object.values(tags),
      all: [secret.name, secret.description ?? '', ...Object.keys(tags), ...Object.values(tags)],
    }[Key ?? 'all']
    if (texts === undefined) throw invalidParameter(`Invalid filter key: ${Key}`)
    const has = (value: string) => texts.some(text => text.startsWith(value))
    return Values.some(value => (value.startsWith('!') ? !has(value.slice(1)) : has(value)))
  })

/** Secrets with their versions and recovery windows; no rotation, replication or resource policies. */
export const secretsManager: SecretsService = {
  CreateSecret: (input, call) => {
    const name = input.Name ?? ''
    if (!/^[\w/+=.@-]{1,512}$/.test(name))
      throw invalidParameter(
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      )
    const token = input.ClientRequestToken ?? randomUUID()
    const held = lookUpSecret(call, name)
    if (held?.deletedAt != null)
      throw invalidRequest(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      )
    if (held?.versions[token]) {
      keep(call, withVersion(call, held, token, input))
      return { ARN: held.arn, Name: name, VersionId: token }
    }
    if (held)
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      )
    const tags = checkedTags(tagMap(input.Tags))
    const blank: Secret = {
      name,
      arn: newArn(call, name),
      description: input.Description ?? null,
      kmsKey: input.KmsKeyId ?? null,
      createdAt: call.now,
      changedAt: call.now,
      deletedAt: null,
      goneAt: null,
      versions: {},
    }
    const secret = keep(call, hasContent(input) ? withVersion(call, blank, token, input) : blank)
    putTags(call, secret.arn, tags)
    return { ARN: secret.arn, Name: name, ...(hasContent(input) && { VersionId: token }) }
  },

  DescribeSecret: (input, call) => {
    const secret = secretNamed(call, input.SecretId)
    return { ...tell(call, secret), VersionIdsToStages: stagesOf(secret) }
  },

  ListSecrets: (input, call) => {
    const secrets = secretsOf(call)
      .values()
      .map(({ name }) => lookUpSecret(call, name))
      .filter(secret => secret !== undefined)
      .filter(secret => (input.IncludePlannedDeletion ?? false) || secret.deletedAt === null)
      .filter(secret => matches(call, secret, input.Filters ?? []))
    const { items, next } = page(secrets, ({ name }) => name, {
      token: input.NextToken,
      size: input.MaxResults ?? 100,
    })
    return {
      SecretList: items.map(secret => ({ ...tell(call, secret), SecretVersionsToStages: stagesOf(secret) })),
      NextToken: next,
    }
  },

  GetSecretValue: (input, call) => {
    const secret = usableSecret(call, input.SecretId)
    const stage = input.VersionStage ?? CURRENT
    const found = Object.entries(secret.versions).find(([id, { stages }]) =>
      input.VersionId === undefined ? stages.includes(stage) : id === input.VersionId,
    )
    if (found === undefined)
      throw notFound(
        input.VersionId === undefined
          ? `Secrets Manager can't find the specified secret value for staging label: ${stage}`
          : `Secrets Manager can't find the specified secret value for VersionId: ${input.VersionId}`,
      )
    const [id, version] = found
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: id,
      ...(version.text !== null && { SecretString: version.text }),
      ...(version.bytes !== null && { SecretBinary: new Uint8Array(Buffer.from(version.bytes, 'base64')) }),
      VersionStages: version.stages,
      CreatedDate: new Date(version.createdAt),
    }
  },

  PutSecretValue: (input, call) => {
    const secret = usableSecret(call, input.SecretId)
    if (!hasContent(input)) throw invalidParameter('You must provide either SecretString or SecretBinary.')
    const id = input.ClientRequestToken ?? randomUUID()
    const next = keep(call, withVersion(call, secret, id, input, input.VersionStages))
    return { ARN: next.arn, Name: next.name, VersionId: id, VersionStages: next.versions[id]?.stages ?? [] }
  },

  UpdateSecret: (input, call) => {
    const held = usableSecret(call, input.SecretId)
    const secret: Secret = {
      ...held,
      description: input.Description ?? held.description,
      kmsKey: input.KmsKeyId ?? held.kmsKey,
      changedAt: call.now,
    }
    const id = input.ClientRequestToken ?? randomUUID()
    keep(call, hasContent(input) ? withVersion(call, secret, id, input) : secret)
    return { ARN: secret.arn, Name: secret.name, ...(hasContent(input) && { VersionId: id }) }
  },

  DeleteSecret: (input, call) => {
    const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days } = input
    if (force && days !== undefined)
      throw invalidParameter(
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      )
    if (days !== undefined && (days < 7 || days > 30))
      throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
    const found = lookUpSecret(call, input.SecretId)
    // Forced, the deletion of what is not there is calm.
    if (found === undefined && force) return { Name: input.SecretId, DeletionDate: new Date(call.now) }
    const secret = force ? secretNamed(call, input.SecretId) : usableSecret(call, input.SecretId)
    const goneAt = call.now + (force ? call.delay(5_000) : (days ?? 30) * DAY_MS)
    keep(call, { ...secret, deletedAt: call.now, goneAt })
    return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(goneAt) }
  },

  RestoreSecret: (input, call) => {
    const secret = secretNamed(call, input.SecretId)
    keep(call, { ...secret, deletedAt: null, goneAt: null })
    return { ARN: secret.arn, Name: secret.name }
  },

  TagResource: (input, call) => {
    const { arn } = usableSecret(call, input.SecretId)
    putTags(call, arn, checkedTags(tagMap(input.Tags), tagsOf(call, arn)))
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, usableSecret(call, input.SecretId).arn, input.TagKeys ?? [])
    return {}
  },
}
