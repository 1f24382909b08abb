import type * as ECS from '@aws-sdk/client-ecs'
import type { Call } from '../../service.ts'
import { type Cluster, clusterStatus } from './cluster.ts'
import { shownTags } from './tags.ts'
import { lastStatus, taskTable } from './task.ts'

export const EVERYTHING = ['TAGS', 'SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS']

/** A cluster as it is described now; `include` names the parts told only when asked for. */
export const shownCluster = (call: Call, cluster: Cluster, include: readonly string[]): ECS.Cluster => {
  const statuses = taskTable(call)
    .values()
    .filter(task => task.clusterArn === cluster.arn)
    .map(task => lastStatus(task))
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: clusterStatus(cluster, call.now),
    registeredContainerInstancesCount: 0,
    runningTasksCount: statuses.filter(status => status === 'RUNNING').length,
    pendingTasksCount: statuses.filter(status => ['PROVISIONING', 'PENDING'].includes(status)).length,
    activeServicesCount: 0,
    statistics: [],
    tags: shownTags(call, cluster.arn, include),
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    ...(include.includes('CONFIGURATIONS') && cluster.configuration
      ? { configuration: cluster.configuration }
      : {}),
    ...(include.includes('ATTACHMENTS')
      ? { attachmentsStatus: call.now < cluster.busyUntil ? 'UPDATE_IN_PROGRESS' : 'UPDATE_COMPLETE' }
      : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.strategy,
  }
}
