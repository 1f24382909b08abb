import { derivedNames } from '../manifest/names.ts'
import type { Policy, Statement } from '../policy.ts'
import type { RoleProps } from '../provisioners/role.ts'
import type { Desired } from '../resource.ts'
import { ACCOUNT, output } from '../token.ts'
import { arns } from './arns.ts'
import { pulledRepositories } from './image.ts'
import { allow, policy, wish } from './kit.ts'
import { metric } from './metric.ts'
import type { WithBackend } from './withBackend.ts'

/** Who does what with which rights: four roles, none with more than its work needs. */
export const roles = (manifest: WithBackend): Desired[] => {
  const names = derivedNames(manifest.project, manifest.environment)
  const tasks = trust('ecs-tasks.amazonaws.com', {
    StringEquals: { 'aws:SourceAccount': [ACCOUNT] },
    ArnLike: { 'aws:SourceArn': [`arn:aws:ecs:${manifest.region}:${ACCOUNT}:*`] },
  })
  const lambdas = trust('lambda.amazonaws.com')
  const { cluster } = manifest.backend.names
  return [
    role(
      'task-execution',
      names.executionRole,
      'Fetches image and secrets, writes the log',
      tasks,
      execution(manifest),
    ),
    role('task', names.taskRole, 'What the app itself may do', tasks, task(manifest)),
    role('task-manager', names.managerRole, `Starts tasks in ${cluster}`, lambdas, manager(manifest)),
    role('task-monitor', names.monitorRole, `Stops tasks in ${cluster}`, lambdas, monitor(manifest)),
  ]
}

const role = (logical: string, name: string, description: string, trust: Policy, policy: Policy) =>
  wish<RoleProps>('role', logical, name, { description, trust, policy, managed: [], otherPolicies: [] })

/**
 * ECS says on whose behalf it assumes a role, so that another account's tasks cannot borrow ours (ECS guide, "Task IAM
 * role"). Lambda is not documented to send these keys, and a condition on a key that never comes would refuse it.
 */
const trust = (service: string, condition: Statement['Condition'] = {}): Policy =>
  policy({
    Sid: 'Assume',
    Effect: 'Allow',
    Principal: { Service: [service] },
    Action: ['sts:AssumeRole'],
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  })

const writeLog = (manifest: WithBackend, group: string): Statement =>
  allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [`${arns(manifest).logGroup(group)}:*`])

const publishPing = (manifest: WithBackend): Statement =>
  allow('PublishPing', ['cloudwatch:PutMetricData'], ['*'], {
    StringEquals: { 'cloudwatch:namespace': [metric(manifest).namespace] },
  })

const keepState = (manifest: WithBackend): Statement =>
  allow(
    'KeepState',
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    [arns(manifest).table(manifest.backend.names.table)],
  )

const inCluster = (manifest: WithBackend) => ({
  ArnEquals: { 'ecs:cluster': [arns(manifest).cluster(manifest.backend.names.cluster)] },
})

const execution = (manifest: WithBackend): Policy => {
  const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
  return policy(
    allow('LogInToRegistry', ['ecr:GetAuthorizationToken'], ['*']),
    allow('PullImage', pull, pulledRepositories(manifest)),
    writeLog(manifest, manifest.backend.names.logGroup),
    readSecrets(manifest, 'secretsmanager', 'secretsmanager:GetSecretValue', 'ReadSecrets'),
    readSecrets(manifest, 'ssm', 'ssm:GetParameters', 'ReadParameters'),
  )
}

const readSecrets = ({ backend }: WithBackend, service: string, action: string, sid: string) => {
  const found = Object.entries(backend.secrets).filter(([, reference]) => reference.startsWith(`${service}:`))
  if (found.length === 0) return null
  return allow(
    sid,
    [action],
    found.map(([variable]) => output(`secret/${variable}`, 'arn')),
  )
}

/**
 * It reads and adds versions of the database; what removes them is the bucket's lifecycle. It may stop itself: only ECS
 * ends containers in order, the app before the one that stores its database.
 */
const task = (manifest: WithBackend): Policy => {
  const bucket = arns(manifest).bucket(manifest.database.bucket)
  const { cluster } = manifest.backend.names
  return policy(
    allow('FindDatabase', ['s3:ListBucket', 's3:ListBucketVersions'], [bucket]),
    allow(
      'CarryDatabase',
      ['s3:AbortMultipartUpload', 's3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      [`${bucket}/*`],
    ),
    allow('StopItself', ['ecs:StopTask'], [arns(manifest).tasks(cluster)], inCluster(manifest)),
    keepState(manifest),
    publishPing(manifest),
  )
}

const startTask = (manifest: WithBackend): Statement[] => {
  const arn = arns(manifest)
  const { cluster, taskFamily } = manifest.backend.names
  const { executionRole, taskRole } = derivedNames(manifest.project, manifest.environment)
  return [
    allow('StartTask', ['ecs:RunTask'], [arn.taskDefinitions(taskFamily)], inCluster(manifest)),
    allow('TagTask', ['ecs:TagResource'], [arn.tasks(cluster)], {
      StringEquals: { 'ecs:CreateAction': ['RunTask'] },
    }),
    allow('LendRoles', ['iam:PassRole'], [...arn.role(executionRole), ...arn.role(taskRole)], {
      StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] },
    }),
  ]
}

const manager = (manifest: WithBackend): Policy => {
  const arn = arns(manifest)
  const { cluster, taskManager } = manifest.backend.names
  return policy(
    ...startTask(manifest),
    // A stop may come before ECS has given the task a name: then whoever hears the name stops it.
    allow('SeeTask', ['ecs:DescribeTasks', 'ecs:StopTask'], [arn.tasks(cluster)], inCluster(manifest)),
    allow('SeeAddress', ['ec2:DescribeNetworkInterfaces'], ['*']),
    keepState(manifest),
    publishPing(manifest),
    manifest.api.auth === 'token'
      ? allow('ReadToken', ['ssm:GetParameter'], [arn.parameter(tokenParameter(manifest))])
      : null,
    writeLog(manifest, lambdaLog(taskManager)),
  )
}

const monitor = (manifest: WithBackend): Policy => {
  const arn = arns(manifest)
  const { cluster, taskMonitor } = manifest.backend.names
  return policy(
    ...startTask(manifest),
    allow('StopTask', ['ecs:DescribeTasks', 'ecs:StopTask'], [arn.tasks(cluster)], inCluster(manifest)),
    // The cluster in the condition is all that AWS can narrow a list of tasks by.
    allow('ListTasks', ['ecs:ListTasks'], ['*'], inCluster(manifest)),
    keepState(manifest),
    publishPing(manifest),
    writeLog(manifest, lambdaLog(taskMonitor)),
  )
}

export const tokenParameter = ({ project, environment }: WithBackend): string =>
  derivedNames(project, environment).tokenParameter

/** The log group Lambda gives a function of that name. */
export const lambdaLog = (functionName: string): string => `/aws/lambda/${functionName}`
