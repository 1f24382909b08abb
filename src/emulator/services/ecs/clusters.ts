import { isDeepStrictEqual } from 'node:util'
import type * as ECS from '@aws-sdk/client-ecs'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagsOf } from '../../tags.ts'
import { type Cluster, clusterName, clusterOf, clusterOrGhost, clusterTable } from './cluster.ts'
import { capacityOf, invalid, settingsOf } from './clusterWish.ts'
import { EVERYTHING, shownCluster } from './shownCluster.ts'
import { wantedTags } from './tags.ts'
import { lastStatus, taskTable } from './task.ts'

const PROVISION_MS = 2_000

export const clusters = {
  CreateCluster: (input, call) => {
    const name = input.clusterName ?? 'default'
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalid('Cluster name contains invalid characters.')
    const wanted: Cluster = {
      name,
      arn: `arn:aws:ecs:${call.region}:${call.account}:cluster/${name}`,
      readyAt: input.capacityProviders?.length ? call.now + call.delay(PROVISION_MS) : call.now,
      busyUntil: call.now,
      deletedAt: null,
      settings: settingsOf(input.settings),
      configuration: input.configuration ?? null,
      ...capacityOf(input.capacityProviders, input.defaultCapacityProviderStrategy),
    }
    const tags = wantedTags(input.tags)
    const held = clusterOrGhost(call, name)
    if (held && held.deletedAt === null) {
      const timeless = { readyAt: 0, busyUntil: 0 }
      const same =
        isDeepStrictEqual({ ...held, ...timeless }, { ...wanted, ...timeless }) &&
        isDeepStrictEqual(tagsOf(call, held.arn), tags)
      if (!same) throw invalid('Arguments on this idempotent request are inconsistent with prior request(s).')
      return { cluster: shownCluster(call, held, EVERYTHING) }
    }
    clusterTable(call).set(name, wanted)
    putTags(call, wanted.arn, tags)
    return { cluster: shownCluster(call, wanted, EVERYTHING) }
  },

  DescribeClusters: ({ clusters: refs, include }, call) => {
    const asked = refs?.length ? refs : ['default']
    if (asked.length > 100) throw invalid('Clusters cannot have more than 100 elements')
    const found = asked.flatMap(ref => clusterOrGhost(call, ref) ?? [])
    const missing = asked.filter(ref => !clusterOrGhost(call, ref))
    return {
      clusters: found.map(cluster => shownCluster(call, cluster, include ?? [])),
      failures: missing.map(ref => ({
        arn: ref.startsWith('arn:')
          ? ref
          : `arn:aws:ecs:${call.region}:${call.account}:cluster/${clusterName(ref)}`,
        reason: 'MISSING',
      })),
    }
  },

  ListClusters: ({ nextToken, maxResults }, call) => {
    const live = clusterTable(call)
      .values()
      .filter(({ deletedAt }) => deletedAt === null)
    const { items, next } = page(live, ({ arn }) => arn, { token: nextToken, size: maxResults ?? 100 })
    return { clusterArns: items.map(({ arn }) => arn), nextToken: next }
  },

  UpdateCluster: (input, call) => {
    const cluster = idle(call, input.cluster)
    return changed(call, {
      ...cluster,
      settings: input.settings ? settingsOf(input.settings) : cluster.settings,
      configuration: input.configuration ?? cluster.configuration,
    })
  },

  UpdateClusterSettings: ({ cluster, settings }, call) =>
    changed(call, { ...idle(call, cluster), settings: settingsOf(settings) }),

  PutClusterCapacityProviders: (input, call) =>
    changed(call, {
      ...idle(call, input.cluster),
      ...capacityOf(input.capacityProviders, input.defaultCapacityProviderStrategy),
      busyUntil: call.now + call.delay(PROVISION_MS),
    }),

  DeleteCluster: ({ cluster: ref }, call) => {
    const cluster = idle(call, ref)
    const active = taskTable(call)
      .values()
      .some(task => task.clusterArn === cluster.arn && lastStatus(task) !== 'STOPPED')
    if (active)
      throw new AwsError(
        'ClusterContainsTasksException',
        'The Cluster cannot be deleted while Tasks are active.',
      )
    const deleted = { ...cluster, deletedAt: call.now }
    clusterTable(call).set(cluster.name, deleted)
    const answer = { cluster: shownCluster(call, deleted, EVERYTHING) }
    forgetTags(call, cluster.arn)
    return answer
  },
} satisfies Service<typeof ECS>

/** A live cluster that no other change holds. */
const idle = (call: Call, ref: string | undefined): Cluster => {
  const cluster = clusterOf(call, ref)
  if (call.now < Math.max(cluster.readyAt, cluster.busyUntil))
    throw new AwsError(
      'UpdateInProgressException',
      'The specified cluster is in a busy state. Cluster attachments must be in UPDATE_COMPLETE or UPDATE_FAILED state before they can be updated. Wait and try again.',
    )
  return cluster
}

const changed = (call: Call, cluster: Cluster): { cluster: ECS.Cluster } => {
  clusterTable(call).set(cluster.name, cluster)
  return { cluster: shownCluster(call, cluster, EVERYTHING) }
}
