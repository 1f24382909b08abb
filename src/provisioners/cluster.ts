import {
  CreateClusterCommand,
  DeleteClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListTasksCommand,
  PutClusterCapacityProvidersCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs'
import { isAwsError } from '../awsError.ts'
import { NotYet } from '../errors.ts'
import type { Aws, Health, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { nameInArn } from './kit/arn.ts'
import { retagEcs } from './kit/retagEcs.ts'
import { lowerTagPairs, tagsFrom } from './kit/tags.ts'
import { withEcsServiceRole } from './kit/withEcsServiceRole.ts'

/** name: the ECS cluster's. */
export interface ClusterProps {
  /** Sorted. */
  capacityProviders: string[]
}

export interface ClusterOut extends Outputs {
  arn: string
  name: string
}

const healthOf = (status: string | undefined): Health =>
  status === 'ACTIVE'
    ? 'ready'
    : status === 'FAILED'
      ? { ailing: 'the cluster could not be made' }
      : 'pending'

/** A cluster refuses to go while tasks run in it, and nothing else of the stack would stop them. */
const stopTasks = async (aws: Aws, cluster: string): Promise<never> => {
  const ecs = aws.client(ECSClient)
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster }))
  const reason = 'storyarch removes the cluster'
  // A task that ended meanwhile is "not found".
  await Promise.all(
    taskArns.map(task =>
      absentIf(ecs.send(new StopTaskCommand({ cluster, task, reason })), 'InvalidParameterException'),
    ),
  )
  throw new NotYet(`tasks of cluster ${cluster} are still stopping`)
}

export const cluster: Provisioner<ClusterProps, ClusterOut> = {
  kind: 'cluster',
  naming: { max: 255, allow: /^[A-Za-z0-9_-]+$/ },
  permissions: {
    read: ['ecs:DescribeClusters'],
    write: [
      'ecs:CreateCluster',
      'iam:CreateServiceLinkedRole',
      'ecs:PutClusterCapacityProviders',
      'ecs:TagResource',
      'ecs:UntagResource',
    ],
    remove: ['ecs:DeleteCluster', 'ecs:ListTasks', 'ecs:StopTask'],
  },
  settles: { usuallySeconds: 2, atMostSeconds: 300 },
  removeAfter: ['alarm', 'eventRule', 'lambdaFunction'],
  hunt: { arn: nameInArn('ecs', 'cluster/') },
  normal: props => ({ capacityProviders: [...props.capacityProviders].sort() }),

  async read(aws, name) {
    const { clusters = [], failures = [] } = await aws
      .client(ECSClient)
      .send(new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] }))
    const strange = failures.find(({ reason }) => reason !== 'MISSING')
    if (strange) throw new Error(`ECS cannot describe cluster ${name}: ${strange.reason}`)
    const found = clusters.find(({ status }) => status !== 'INACTIVE')
    if (!found) return undefined
    return {
      props: { capacityProviders: [...(found.capacityProviders ?? [])].sort() },
      out: { arn: found.clusterArn ?? '', name },
      tags: tagsFrom(found.tags),
      health: healthOf(found.status),
    }
  },

  create: (aws, name, want, tags) =>
    withEcsServiceRole(aws, () =>
      aws.client(ECSClient).send(
        new CreateClusterCommand({
          clusterName: name,
          capacityProviders: want.capacityProviders,
          tags: lowerTagPairs(tags),
        }),
      ),
    ),

  change: {
    capacityProviders: (aws, live, want) =>
      aws.client(ECSClient).send(
        new PutClusterCapacityProvidersCommand({
          cluster: live.out.name,
          capacityProviders: want.capacityProviders,
          defaultCapacityProviderStrategy: [],
        }),
      ),
  },

  retag: (aws, live, put, drop) => retagEcs(aws, live.out.arn, put, drop),

  async remove(aws, live) {
    const cluster = live.out.name
    try {
      await absentIf(
        aws.client(ECSClient).send(new DeleteClusterCommand({ cluster })),
        'ClusterNotFoundException',
      )
    } catch (error) {
      if (!isAwsError(error, 'ClusterContainsTasksException')) throw error
      await stopTasks(aws, cluster)
    }
  },

  price: () => [],
}
