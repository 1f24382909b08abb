import { randomUUID } from 'node:crypto'
import type { Call, Table } from '../../service.ts'

/**
 * A row of `asyncInvocations`, keyed by id: an event that waits for its function. It goes once the function has taken it
 * or it is given up, so what was queued survives a crash, and may then be delivered twice, as in AWS. Times in epoch
 * milliseconds.
 */
export interface AsyncInvocation {
  id: string
  functionName: string
  /** JSON text. */
  event: string
  /** The service that asks, which the function's policy must let in; null for a caller that IAM has let in. */
  caller: Caller | null
  queuedAt: number
  dueAt: number
  /** How often the function has failed on it. */
  failures: number
  /** How often Lambda could not run the function at all. */
  refusals: number
}

export interface Caller {
  /** `sns.amazonaws.com` */
  principal: string
  sourceArn: string
}

export const asyncTable = (call: Call, region = call.region): Table<AsyncInvocation> =>
  call.table<AsyncInvocation>('asyncInvocations', { service: 'lambda', region })

/** Queues an event for a function, by name or ARN, in the function's region. */
export const queueEvent = (
  call: Call,
  of: { target: string; event: string; caller: Caller | null },
): void => {
  const { target, event, caller } = of
  const [, region = call.region, functionName = target] =
    /^arn:aws[\w-]*:lambda:([\w-]+):\d{12}:function:([\w-]+)/.exec(target) ?? []
  const id = randomUUID()
  asyncTable(call, region).set(id, {
    id,
    functionName,
    event,
    caller,
    queuedAt: call.now,
    dueAt: call.now,
    failures: 0,
    refusals: 0,
  })
}
