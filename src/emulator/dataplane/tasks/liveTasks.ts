import { lastStatus, type Task, taskTable } from '../../services/ecs/task.ts'
import type { Surroundings } from '../surroundings.ts'

/** Every task of every region that has not come to STOPPED. */
export const liveTasks = ({
  callOf,
  regionsWith,
}: Pick<Surroundings, 'callOf' | 'regionsWith'>): { region: string; task: Task }[] =>
  regionsWith('ecs', 'tasks').flatMap(region =>
    taskTable(callOf('ecs', region))
      .values()
      .filter(task => lastStatus(task) !== 'STOPPED')
      .map(task => ({ region, task })),
  )
