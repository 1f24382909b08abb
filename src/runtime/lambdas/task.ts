import { getItem } from '../aws/dynamoDb.ts'
import type { Aws } from '../aws/openAws.ts'

/** The backend's life as its table item tells it. An item that was never written is a backend that never ran. */
export interface Task {
  readonly state: 'ASLEEP' | 'STARTING' | 'READY' | 'STOPPING'
  readonly generation: number
  readonly taskArn: string | null
  readonly publicIp: string | null
  /** Epoch seconds. */
  readonly expiresAt: number | null
}

const STATES: readonly string[] = ['ASLEEP', 'STARTING', 'READY', 'STOPPING'] satisfies Task['state'][]

const isState = (text: string | undefined): text is Task['state'] =>
  text !== undefined && STATES.includes(text)

/** Reads the stack's one item as it is this moment. Throws on an item whose state nobody knows. */
export const readTask = async (aws: Aws, table: string, signal: AbortSignal): Promise<Task> => {
  const { Item = {} } = await getItem(
    aws,
    { TableName: table, Key: { task_id: { S: 'main' } }, ConsistentRead: true },
    signal,
  )
  const state = Item['state']?.S ?? 'ASLEEP'
  if (!isState(state)) throw new Error(`item main of table ${table} is in the unknown state ${state}`)
  const expiresAt = Item['expires_at']?.N
  return {
    state,
    generation: Number(Item['generation']?.N ?? 0),
    taskArn: Item['task_arn']?.S ?? null,
    publicIp: Item['public_ip']?.S ?? null,
    expiresAt: expiresAt === undefined ? null : Number(expiresAt),
  }
}
