import type * as ECS from '@aws-sdk/client-ecs'
import type { Call, Table } from '../../service.ts'
import { lastStatus, taskTable } from './task.ts'

/** A row of `taskDefinitions`, keyed by `family:revision`. Times in epoch milliseconds. */
export interface TaskDefinition {
  arn: string
  family: string
  revision: number
  definition: ECS.TaskDefinition
  registeredAt: number
  deregisteredAt: number | null
  deleteRequestedAt: number | null
}

const DELETE_MS = 60_000

const table = (call: Call): Table<TaskDefinition> => call.table<TaskDefinition>('taskDefinitions')

export const saveTaskDefinition = (call: Call, row: TaskDefinition): void =>
  table(call).set(`${row.family}:${row.revision}`, row)

/** Every revision there is; one asked to be deleted goes once its time is over and no task uses it any more. */
export const allTaskDefinitions = (call: Call): TaskDefinition[] => {
  const busy = new Set(
    taskTable(call)
      .values()
      .filter(task => lastStatus(task) !== 'STOPPED')
      .map(task => task.taskDefinitionArn),
  )
  return table(call)
    .entries()
    .flatMap(([key, row]) => {
      const due = row.deleteRequestedAt !== null && call.now >= row.deleteRequestedAt + call.delay(DELETE_MS)
      if (!due || busy.has(row.arn)) return [row]
      table(call).delete(key)
      return []
    })
}

export const definitionStatus = (row: TaskDefinition): ECS.TaskDefinitionStatus => {
  if (row.deleteRequestedAt !== null) return 'DELETE_IN_PROGRESS'
  return row.deregisteredAt === null ? 'ACTIVE' : 'INACTIVE'
}

/** By `family` (the newest ACTIVE revision), `family:revision` or ARN. */
export const findTaskDefinition = (call: Call, ref: string): TaskDefinition | undefined => {
  const name = ref.split('/').at(-1) ?? ref
  const [family, revision] = name.split(':')
  const rows = allTaskDefinitions(call).filter(row => row.family === family)
  const found =
    revision === undefined
      ? rows
          .filter(row => definitionStatus(row) === 'ACTIVE')
          .sort((a, b) => b.revision - a.revision)
          .at(0)
      : rows.find(row => String(row.revision) === revision)
  return ref.startsWith('arn:') && revision !== undefined && found?.arn !== ref ? undefined : found
}

/** The next number of a family. It never restarts, whatever has been deleted. */
export const nextRevision = (call: Call, family: string): number => {
  const families = call.table<number>('families')
  const revision = (families.get(family) ?? 0) + 1
  families.set(family, revision)
  return revision
}

export const shownDefinition = (row: TaskDefinition): ECS.TaskDefinition => ({
  ...row.definition,
  status: definitionStatus(row),
  registeredAt: new Date(row.registeredAt),
  ...(row.deregisteredAt === null ? {} : { deregisteredAt: new Date(row.deregisteredAt) }),
  ...(row.deleteRequestedAt === null ? {} : { deleteRequestedAt: new Date(row.deleteRequestedAt) }),
})
