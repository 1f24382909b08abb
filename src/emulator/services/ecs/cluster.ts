import type { CapacityProviderStrategyItem, ClusterConfiguration, ClusterSetting } from '@aws-sdk/client-ecs'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `clusters`, keyed by name. Times in epoch milliseconds. */
export interface Cluster {
  name: string
  arn: string
  /** Until then PROVISIONING, and closed to further changes. */
  readyAt: number
  /** Capacity providers are being changed until then. */
  busyUntil: number
  /** A deleted cluster goes on being described as INACTIVE for a while. */
  deletedAt: number | null
  settings: ClusterSetting[]
  configuration: ClusterConfiguration | null
  capacityProviders: string[]
  strategy: CapacityProviderStrategyItem[]
}

const GHOST_MS = 3_600_000

export const clusterTable = (call: Call): Table<Cluster> => call.table<Cluster>('clusters')

/** The name in a name or an ARN; absence means the cluster `default`. */
export const clusterName = (ref: string | undefined): string => ref?.split('/').at(-1) ?? 'default'

/** The row, also of a cluster deleted lately. */
export const clusterOrGhost = (call: Call, ref: string | undefined): Cluster | undefined => {
  const found = clusterTable(call).get(clusterName(ref))
  if (ref?.startsWith('arn:') && found?.arn !== ref) return undefined
  if (found?.deletedAt != null && call.now >= found.deletedAt + GHOST_MS) return undefined
  return found
}

/** The live cluster; throws ClusterNotFoundException. */
export const clusterOf = (call: Call, ref: string | undefined): Cluster => {
  const found = clusterOrGhost(call, ref)
  if (found === undefined || found.deletedAt !== null)
    throw new AwsError('ClusterNotFoundException', 'Cluster not found.')
  return found
}

export const clusterStatus = (cluster: Cluster, now: number): string => {
  if (cluster.deletedAt !== null) return 'INACTIVE'
  return now < cluster.readyAt ? 'PROVISIONING' : 'ACTIVE'
}
