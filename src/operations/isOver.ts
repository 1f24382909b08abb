import type { Aws } from '../resource.ts'
import type { Backend } from './backend.ts'
import type { Life } from './life.ts'
import { seeTask } from './seeTask.ts'

/** Whether no task of that life runs any more. ECS knows it seconds before the table does, which waits for ECS's event. */
export const isOver = async (aws: Aws, backend: Backend, { state, taskArn }: Life): Promise<boolean> => {
  if (state !== 'STOPPING' || taskArn === null) return state === 'ASLEEP'
  return (await seeTask(aws, backend, taskArn))?.lastStatus === 'STOPPED'
}
