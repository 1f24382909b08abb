import { createHash } from 'node:crypto'
import { AwsError, type Call } from '../../service.ts'
import type { Cluster } from './cluster.ts'
import { type Launched, launchTasks, type RunTask } from './launch.ts'
import { findTask } from './task.ts'

/** A row of `clientTokens`, keyed by cluster ARN and token. */
interface Remembered {
  request: string
  taskArns: string[]
  until: number
}

const REMEMBER_MS = 24 * 3_600_000

/** RunTask: the same `clientToken` with the same request gives the tasks of the first time. */
export const launchOnce = (call: Call, cluster: Cluster, input: RunTask): Launched => {
  const token = input.clientToken
  if (token === undefined) return launchTasks(call, cluster, input)
  if (!/^[\x21-\x7e]{1,64}$/.test(token))
    throw new AwsError('InvalidParameterException', 'clientToken must be 1 to 64 printable ASCII characters.')
  const key = `${cluster.arn} ${token}`
  const request = createHash('sha256')
    .update(JSON.stringify(sorted(input)))
    .digest('hex')
  const tokens = call.table<Remembered>('clientTokens')
  for (const [held, { until }] of tokens.entries()) if (call.now >= until) tokens.delete(held)
  const remembered = tokens.get(key)
  if (remembered) {
    if (remembered.request !== request)
      throw new AwsError('ConflictException', 'The client token was already used with a different request.', {
        fields: { resourceIds: remembered.taskArns },
      })
    return { tasks: remembered.taskArns.flatMap(arn => findTask(call, cluster.arn, arn) ?? []), failures: [] }
  }
  const launched = launchTasks(call, cluster, input)
  if (launched.tasks.length > 0)
    tokens.set(key, {
      request,
      taskArns: launched.tasks.map(({ arn }) => arn),
      until: call.now + REMEMBER_MS,
    })
  return launched
}

/** The same request whatever the order its members came in. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  )
}
