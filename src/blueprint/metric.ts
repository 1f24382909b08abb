import type { Manifest } from '../manifest/manifest.ts'
import type { WithBackend } from './withBackend.ts'

/** The heartbeat of a backend. A namespace of its own lets IAM hold each stack to its own metric. */
export const metric = ({ project, environment }: Pick<Manifest, 'project' | 'environment'>) => ({
  namespace: `storyarch/${project}/${environment}`,
  name: 'TaskPing',
})

const SHORT_SECONDS = 120

/**
 * How long each period is in which a ping is looked for: a short lifetime cannot be told by the minute. Periods under a
 * minute need a metric and an alarm of high resolution, which costs thrice as much (CloudWatch guide, "High-resolution
 * alarms").
 */
export const pingSeconds = ({ backend }: WithBackend): 10 | 60 =>
  backend.lifetimeSeconds < SHORT_SECONDS ? 10 : 60
