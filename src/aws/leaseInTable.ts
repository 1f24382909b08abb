import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { isAwsError } from '../awsError.ts'
import type { Ending, Lease, LeaseRecord } from '../engine/lease.ts'
import { UserError } from '../errors.ts'
import type { Aws } from '../resource.ts'

/** Who asks for the lease, told to whoever finds it taken. */
export interface Claimant {
  readonly who: string
  readonly where: string
  /** Unique to this run. */
  readonly owner: string
  readonly host: string
  readonly pid: number
  /** Whether a process of this host still lives. */
  readonly isAlive: (pid: number) => boolean
}

const LEASE_MS = 60_000
const HEARTBEAT_MS = 15_000

type Item = Record<string, AttributeValue>

const text = (item: Item, name: string): string => item[name]?.S ?? ''
const number = (item: Item, name: string): number => Number(item[name]?.N ?? 0)

const recordOf = (item: Item, nowMs: number): LeaseRecord => {
  const held = item['lease_owner'] !== undefined
  const last = item['lease_who'] !== undefined
  const expiresAtMs = number(item, 'lease_expires_ms')
  return {
    serial: number(item, 'serial'),
    standing: (item['standing']?.L ?? []).map(({ S = '' }) => S),
    unfinished: held ? expiresAtMs < nowMs : item['unfinished']?.BOOL === true,
    holder: last
      ? {
          who: text(item, 'lease_who'),
          where: text(item, 'lease_where'),
          sinceMs: number(item, 'lease_since_ms'),
          expiresAtMs,
        }
      : null,
  }
}

/** `destroy` deletes the table beneath its own lease, for up to half a minute: then nobody else can have it. */
const isGone = (error: unknown): boolean => isAwsError(error, 'ResourceNotFoundException')

/**
 * A stack's lease as the item `task_id = "lock"` of its task-state table: conditional writes, a minute's expiry, a
 * heartbeat every quarter of it. The expiry is compared with this machine's clock; clocks apart by more than the
 * lease are not guarded against.
 */
export const leaseInTable = (aws: Aws, table: string, claimant: Claimant, nowMs: () => number): Lease => {
  const key = { TableName: table, Key: { task_id: { S: 'lock' } } }
  const client = () => aws.client(DynamoDBClient)
  const mine = { ':me': { S: claimant.owner } }

  const taken = (item: Item | undefined): UserError => {
    const { holder } = recordOf(item ?? {}, nowMs())
    const since = holder === null ? 'an unknown time' : new Date(holder.sinceMs).toISOString()
    const until = holder === null ? 'an unknown time' : new Date(holder.expiresAtMs).toISOString()
    return new UserError(
      `The stack is being changed by ${holder?.who ?? 'somebody'} (${holder?.where ?? 'unknown place'}) since ${since}; the lock expires ${until} unless it is extended.`,
      'Wait for that run to end, or take the lock with --force-unlock when you know that it is dead.',
      { exitCode: 4 },
    )
  }

  const take = async (
    condition: { ConditionExpression?: string },
    values: Record<string, AttributeValue> = {},
  ): Promise<LeaseRecord> => {
    const { Attributes = {} } = await client().send(
      new UpdateItemCommand({
        ...key,
        ...condition,
        UpdateExpression:
          'SET lease_owner = :me, lease_who = :who, lease_where = :where, lease_host = :host, lease_pid = :pid, lease_since_ms = :now, lease_expires_ms = :until, unfinished = :yes ADD serial :one',
        ExpressionAttributeValues: {
          ...mine,
          ...values,
          ':who': { S: claimant.who },
          ':where': { S: claimant.where },
          ':host': { S: claimant.host },
          ':pid': { N: String(claimant.pid) },
          ':now': { N: String(nowMs()) },
          ':until': { N: String(nowMs() + LEASE_MS) },
          ':yes': { BOOL: true },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    )
    return recordOf(Attributes, nowMs())
  }

  /** The owner of a lease left by a process of this very machine that lives no more; nobody need wait for its expiry. */
  const deadOwner = (item: Item = {}): AttributeValue | undefined =>
    text(item, 'lease_host') === claimant.host && !claimant.isAlive(number(item, 'lease_pid'))
      ? item['lease_owner']
      : undefined

  const takeFrom = async (dead: AttributeValue): Promise<LeaseRecord> => {
    try {
      // Ours already where the answer got lost and the call was sent again.
      return await take(
        { ConditionExpression: 'lease_owner = :dead OR lease_owner = :me' },
        { ':dead': dead },
      )
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw taken(error.Item)
      throw error
    }
  }

  return {
    heartbeatMs: HEARTBEAT_MS,

    async read(): Promise<LeaseRecord | null> {
      try {
        const { Item } = await client().send(new GetItemCommand({ ...key, ConsistentRead: true }))
        return Item === undefined ? null : recordOf(Item, nowMs())
      } catch (error) {
        if (isGone(error)) return null
        throw error
      }
    },

    async acquire(force: boolean): Promise<LeaseRecord> {
      const free = 'attribute_not_exists(lease_owner) OR lease_owner = :me OR lease_expires_ms < :now'
      try {
        return await take(force ? {} : { ConditionExpression: free })
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
        const dead = deadOwner(error.Item)
        if (dead === undefined) throw taken(error.Item)
        return takeFrom(dead)
      }
    },

    async extend(): Promise<void> {
      try {
        await client().send(
          new UpdateItemCommand({
            ...key,
            UpdateExpression: 'SET lease_expires_ms = :until',
            ConditionExpression: 'lease_owner = :me',
            ExpressionAttributeValues: { ...mine, ':until': { N: String(nowMs() + LEASE_MS) } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) throw taken(error.Item)
        if (!isGone(error)) throw error
      }
    },

    async release({ unfinished, standing }: Ending): Promise<void> {
      try {
        await client().send(
          new UpdateItemCommand({
            ...key,
            UpdateExpression: `SET unfinished = :unfinished${standing === null ? '' : ', standing = :standing'} REMOVE lease_owner, lease_expires_ms`,
            ConditionExpression: 'lease_owner = :me',
            ExpressionAttributeValues: {
              ...mine,
              ':unfinished': { BOOL: unfinished },
              ...(standing === null ? {} : { ':standing': { L: standing.map(S => ({ S })) } }),
            },
          }),
        )
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException || isGone(error))) throw error
      }
    },
  }
}
