import { derivedNames } from '../manifest/names.ts'
import type { ClusterProps } from '../provisioners/cluster.ts'
import type { LogGroupProps } from '../provisioners/logGroup.ts'
import type { NetworkQuery } from '../provisioners/network.ts'
import type { SecretQuery } from '../provisioners/secret.ts'
import type { SecurityGroupProps } from '../provisioners/securityGroup.ts'
import type { TaskDefinitionProps } from '../provisioners/taskDefinition.ts'
import type { Desired, Sought } from '../resource.ts'
import { output } from '../token.ts'
import type { Artifacts } from './artifacts.ts'
import { containers, VOLUME } from './containers.ts'
import { images } from './image.ts'
import { wish } from './kit.ts'
import type { WithBackend } from './withBackend.ts'

/** Where the images are kept, and how one task of them runs on Fargate. */
export const backend = (manifest: WithBackend, artifacts: Artifacts): Desired[] => {
  const { names } = manifest.backend
  return [
    ...images(manifest, artifacts),
    // Both providers whatever `spot` says: it may then change without touching the cluster.
    wish<ClusterProps>('cluster', 'backend', names.cluster, {
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    }),
    wish<LogGroupProps>('logGroup', 'task', names.logGroup, manifest.logs),
    ...securityGroup(manifest),
    wish<TaskDefinitionProps>(
      'taskDefinition',
      'backend',
      names.taskFamily,
      { definition: taskDefinition(manifest) },
      { after: ['logGroup/task'] },
    ),
  ]
}

/** What the stack uses and never owns. */
export const lookups = ({ project, environment, network, backend, api }: WithBackend): Sought[] => [
  {
    kind: 'network',
    logical: 'task',
    query: { vpc: network.vpc, subnets: [...network.subnets] } satisfies NetworkQuery,
  },
  ...Object.entries(backend.secrets).map(([variable, reference]) => ({
    kind: 'secret',
    logical: variable,
    query: { reference } satisfies SecretQuery,
  })),
  ...(api.auth === 'token'
    ? [
        {
          kind: 'secret',
          logical: 'api-token',
          query: {
            reference: `ssm:${derivedNames(project, environment).tokenParameter}`,
          } satisfies SecretQuery,
        },
      ]
    : []),
]

/** The groups a task runs in, comma-joined. */
export const securityGroups = ({ network }: WithBackend): string =>
  network.securityGroups.length > 0 ? network.securityGroups.join() : output('securityGroup/backend', 'id')

const securityGroup = ({ project, environment, network, backend }: WithBackend): Desired[] => {
  if (network.securityGroups.length > 0) return []
  const anywhere = { cidr: '0.0.0.0/0' }
  return [
    wish<SecurityGroupProps>('securityGroup', 'backend', derivedNames(project, environment).securityGroup, {
      vpc: output('network/task', 'vpc'),
      description: `Backend of ${project} ${environment}`,
      ingress: [
        { ...anywhere, protocol: 'tcp', fromPort: backend.port, toPort: backend.port, description: 'App' },
      ],
      egress: [{ ...anywhere, protocol: '-1', fromPort: -1, toPort: -1, description: '' }],
    }),
  ]
}

const taskDefinition = (manifest: WithBackend): TaskDefinitionProps['definition'] => ({
  cpu: manifest.backend.cpu,
  memory: manifest.backend.memory,
  architecture: manifest.backend.architecture === 'arm64' ? 'ARM64' : 'X86_64',
  executionRole: output('role/task-execution', 'arn'),
  taskRole: output('role/task', 'arn'),
  volumes: [VOLUME],
  containers: containers(manifest),
})
