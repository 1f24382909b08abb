import type { AssumableRole } from '../../roles.ts'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A role; other services see the part of it that is AssumableRole. */
export interface RoleRow extends AssumableRole {
  name: string
  id: string
  path: string
  description: string | null
  maxSessionSeconds: number
  boundaryArn: string | null
  /** Inline policies: name → JSON text. */
  inline: Record<string, string>
  /** ARNs of managed policies. */
  attached: string[]
  /** Belongs to an AWS service; nobody else may change it. */
  serviceLinked: boolean
}

export const roleRows = (call: Call): Table<RoleRow> =>
  call.table('roles', { service: 'iam', region: 'us-east-1' })

const NAME = /^[\w+=,.@-]+$/

/** The role of that name, whatever its case; throws NoSuchEntity or ValidationError. */
export const findRole = (call: Call, name: string | undefined): RoleRow => {
  if (name === undefined || !NAME.test(name) || name.length > 64)
    throw new AwsError(
      'ValidationError',
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    )
  const role = roleRows(call).get(name) ?? sameName(call, name)
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`)
  return role
}

/** Names that differ in case only are one name to IAM. */
export const sameName = (call: Call, name: string): RoleRow | undefined =>
  roleRows(call)
    .values()
    .find(role => role.name.toLowerCase() === name.toLowerCase())

/** The role, which the caller is about to change; a service's own role is refused. */
export const ownRole = (call: Call, name: string | undefined): RoleRow => {
  const role = findRole(call, name)
  if (role.serviceLinked)
    throw new AwsError(
      'UnmodifiableEntity',
      `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
    )
  return role
}

export const saveRole = (call: Call, role: RoleRow): void => roleRows(call).set(role.name, role)

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An id as IAM makes them: a prefix that tells the kind and 17 letters. `seed`: the request's id, unique as it is. */
export const uniqueId = (prefix: string, seed: string): string => {
  const bytes = Buffer.from(seed.replaceAll('-', ''), 'hex')
  const letters = Array.from({ length: 17 }, (_, at) => {
    const mixed = (bytes[at % bytes.length] ?? 0) + 7 * at * (at >= bytes.length ? 3 : 1)
    return ALPHABET.charAt(mixed % ALPHABET.length)
  })
  return prefix + letters.join('')
}
