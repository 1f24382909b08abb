import { derivedNames } from '../manifest/names.ts'
import type { AlarmProps } from '../provisioners/alarm.ts'
import type { EventRuleProps } from '../provisioners/eventRule.ts'
import type { LogGroupProps } from '../provisioners/logGroup.ts'
import type { TopicProps } from '../provisioners/topic.ts'
import type { Desired } from '../resource.ts'
import { arns } from './arns.ts'
import type { Artifacts } from './artifacts.ts'
import { taskManager, taskMonitor } from './functions.ts'
import { wish } from './kit.ts'
import { metric, pingSeconds } from './metric.ts'
import { lambdaLog } from './roles.ts'
import type { WithBackend } from './withBackend.ts'

const MONITOR = 'lambdaFunction/task-monitor'

/** What starts a task, keeps it alive, notices that nobody needs it any more, and stops it. */
export const lifecycle = (manifest: WithBackend, artifacts: Artifacts): Desired[] => [
  wish<LogGroupProps>(
    'logGroup',
    'task-manager',
    lambdaLog(manifest.backend.names.taskManager),
    manifest.logs,
  ),
  wish<LogGroupProps>(
    'logGroup',
    'task-monitor',
    lambdaLog(manifest.backend.names.taskMonitor),
    manifest.logs,
  ),
  taskManager(manifest, artifacts),
  taskMonitor(manifest, artifacts),
  inactive(manifest),
  topic(manifest),
  ...rules(manifest),
]

/**
 * No ping for `lifetime`. FILL turns a missing period into a zero at once; on missing data alone CloudWatch would look
 * back further and fire minutes later (CloudWatch guide, "Configuring how alarms treat missing data").
 */
const inactive = (manifest: WithBackend) => {
  const { alarm, topic } = derivedNames(manifest.project, manifest.environment)
  const periodSeconds = pingSeconds(manifest)
  const periods = Math.ceil(manifest.backend.lifetimeSeconds / periodSeconds)
  return wish<AlarmProps>('alarm', 'task-inactive', alarm, {
    definition: {
      description: 'No ping within the lifetime',
      expression: 'FILL(m1,0)',
      metric: { ...metric(manifest), dimensions: {} },
      periodSeconds,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      comparison: 'LessThanThreshold',
      threshold: 1,
      missingData: 'breaching',
      alarmActions: [arns(manifest).topic(topic)],
      okActions: [],
      actionsEnabled: true,
    },
  })
}

const topic = (manifest: WithBackend) => {
  const { topic } = derivedNames(manifest.project, manifest.environment)
  const endpoint = arns(manifest).lambda(manifest.backend.names.taskMonitor)
  return wish<TopicProps>(
    'topic',
    'task-inactive',
    topic,
    { displayName: '', subscriptions: [{ protocol: 'lambda', endpoint }] },
    { after: [MONITOR] },
  )
}

/** The alarm fires on edges only: the sweep finds what it missed, and a task that ends by itself says so. */
const rules = (manifest: WithBackend): Desired[] => {
  const { sweepRule, taskStateRule } = derivedNames(manifest.project, manifest.environment)
  const { cluster, taskFamily, taskMonitor } = manifest.backend.names
  const arn = arns(manifest)
  const targets = [{ id: 'task-monitor', arn: arn.lambda(taskMonitor), input: null }]
  const ended = {
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: { clusterArn: [arn.cluster(cluster)], group: [`family:${taskFamily}`], lastStatus: ['STOPPED'] },
  }
  const rule = (logical: string, name: string, definition: Omit<EventRuleProps['definition'], 'enabled'>) =>
    wish<EventRuleProps>(
      'eventRule',
      logical,
      name,
      { definition: { ...definition, enabled: true }, targets },
      { after: [MONITOR] },
    )
  return [
    rule('sweep', sweepRule, {
      description: 'Looks for tasks to stop',
      schedule: 'rate(5 minutes)',
      pattern: null,
    }),
    rule('task-state', taskStateRule, { description: 'A task has ended', schedule: null, pattern: ended }),
  ]
}
