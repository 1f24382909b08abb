import type { Call } from './service.ts'

/**
 * What other services see of an IAM role. IAM keeps its roles in its table `roles` (region us-east-1), keyed by the
 * role's name; rows may hold more than this.
 */
export interface AssumableRole {
  arn: string
  /** Epoch milliseconds. */
  createdAt: number
  /** The trust policy as JSON text. */
  trust: string
}

/** A new role reaches other services after about this long (IAM guide: "Changes that I make are not always immediately visible"). */
const PROPAGATION_MS = 5_000

/** Whether the service `principal` (`lambda.amazonaws.com`) can assume the role by now. */
export const canAssume = (call: Call, roleArn: string, principal: string): boolean => {
  const name = roleArn.split('/').at(-1) ?? ''
  const role = call.table<AssumableRole>('roles', { service: 'iam', region: 'us-east-1' }).get(name)
  if (role === undefined || role.arn !== roleArn) return false
  if (call.now < role.createdAt + call.delay(PROPAGATION_MS)) return false
  const { Statement }: { Statement: Statement | Statement[] } = JSON.parse(role.trust)
  return [Statement]
    .flat()
    .some(
      ({ Effect, Principal }) =>
        Effect === 'Allow' &&
        typeof Principal === 'object' &&
        [Principal.Service ?? []].flat().includes(principal),
    )
}

interface Statement {
  Effect: string
  Principal?: string | { Service?: string | string[] }
}
