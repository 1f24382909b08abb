import { giveUp } from '../lifecycle/agent.ts'
import { required } from '../lifecycle/settings.ts'
import { change } from '../lifecycle/store.ts'
import { claimTask } from './claimTask.ts'
import { lifeSettings } from './lifeSettings.ts'
import { type Log, told } from './log.ts'
import { restore } from './restore.ts'
import { settings } from './settings.ts'
import { taskMetadata } from './taskMetadata.ts'
import { openWorld } from './world.ts'

type Env = Readonly<Record<string, string | undefined>>

/** "Try again later" of sysexits.h: nothing is wrong with the database, it is only not this task's. */
const FENCED = 75

/**
 * The container before the app: becomes the one task of its generation, then brings the database. Resolves with the exit
 * code; throws an Error when the database could not be brought, which the table then tells too.
 */
export const beginTask = async (env: Env, log: Log): Promise<number> => {
  const read = settings(env)
  const life = lifeSettings(env)
  const deadline = AbortSignal.timeout(read.restoreDeadlineSeconds * 1000)
  const { bucketOf, tableOf, newId, now } = openWorld(env, log)
  const { taskArn } = await taskMetadata(required(env, 'ECS_CONTAINER_METADATA_URI_V4'), deadline)
  const table = tableOf(life, () => deadline)
  const { generation } = life
  const fenced = await claimTask({ generation, taskArn }, { table, newId, now })
  if (fenced !== null || generation === null) {
    log('error', 'fenced', { why: fenced, taskArn, generation })
    return FENCED
  }
  log('info', 'claimed', { generation, taskArn })
  try {
    await restore(read, { bucket: bucketOf(read), log, deadline })
    return 0
  } catch (error) {
    const why = { failure: 'database', reason: told(error) } as const
    await change(tableOf(life), newId, task => giveUp(task, { generation, taskArn }, why, now())).catch(
      silent => log('warn', 'table-silent', { error: told(silent) }),
    )
    throw error
  }
}
