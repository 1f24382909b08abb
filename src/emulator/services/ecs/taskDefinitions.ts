import type * as ECS from '@aws-sdk/client-ecs'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { registeredDefinition } from './registration.ts'
import { ecsTags, shownTags, wantedTags } from './tags.ts'
import {
  allTaskDefinitions,
  definitionStatus,
  findTaskDefinition,
  nextRevision,
  saveTaskDefinition,
  shownDefinition,
  type TaskDefinition,
} from './taskDefinition.ts'

export const taskDefinitions = {
  RegisterTaskDefinition: (input, call) => {
    const tags = wantedTags(input.tags)
    const definition = registeredDefinition(input, call)
    const family = input.family ?? ''
    const revision = nextRevision(call, family)
    const arn = `arn:aws:ecs:${call.region}:${call.account}:task-definition/${family}:${revision}`
    const row: TaskDefinition = {
      arn,
      family,
      revision,
      definition: { taskDefinitionArn: arn, family, revision, ...definition },
      registeredAt: call.now,
      deregisteredAt: null,
      deleteRequestedAt: null,
    }
    saveTaskDefinition(call, row)
    putTags(call, arn, tags)
    return { taskDefinition: shownDefinition(row), tags: ecsTags(tags) }
  },

  DescribeTaskDefinition: ({ taskDefinition, include }, call) => {
    const row = findTaskDefinition(call, taskDefinition ?? '')
    if (!row) throw new AwsError('ClientException', 'Unable to describe task definition.')
    return { taskDefinition: shownDefinition(row), tags: shownTags(call, row.arn, include) }
  },

  ListTaskDefinitions: ({ familyPrefix, status, sort, maxResults, nextToken }, call) => {
    const rows = allTaskDefinitions(call).filter(
      row =>
        definitionStatus(row) === (status ?? 'ACTIVE') &&
        (familyPrefix === undefined || row.family === familyPrefix),
    )
    const { items, next } = page(rows, inOrder, {
      token: nextToken,
      size: maxResults ?? 100,
      descending: sort === 'DESC',
    })
    return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken: next }
  },

  ListTaskDefinitionFamilies: ({ familyPrefix = '', status = 'ALL', maxResults, nextToken }, call) => {
    const rows = allTaskDefinitions(call).filter(({ family }) => family.startsWith(familyPrefix))
    const active = new Set(rows.filter(row => definitionStatus(row) === 'ACTIVE').map(row => row.family))
    const families = [...new Set(rows.map(row => row.family))].filter(
      family => status === 'ALL' || active.has(family) === (status === 'ACTIVE'),
    )
    const { items, next } = page(families, family => family, { token: nextToken, size: maxResults ?? 100 })
    return { families: items, nextToken: next }
  },

  DeregisterTaskDefinition: ({ taskDefinition = '' }, call) => {
    if (!/:\d+$/.test(taskDefinition)) throw new AwsError('InvalidParameterException', 'Revision is missing.')
    const row = findTaskDefinition(call, taskDefinition)
    if (!row) throw new AwsError('ClientException', 'The specified task definition does not exist.')
    const inactive = { ...row, deregisteredAt: row.deregisteredAt ?? call.now }
    saveTaskDefinition(call, inactive)
    return { taskDefinition: shownDefinition(inactive) }
  },

  DeleteTaskDefinitions: ({ taskDefinitions: refs }, call) => {
    if (!refs?.length || refs.length > 10)
      throw new AwsError(
        'InvalidParameterException',
        'The number of task definitions must be between 1 and 10.',
      )
    const outcomes = refs.map(ref => deleted(ref, call))
    return {
      taskDefinitions: outcomes.flatMap(outcome => ('row' in outcome ? [shownDefinition(outcome.row)] : [])),
      failures: outcomes.flatMap(outcome => ('reason' in outcome ? [outcome] : [])),
    }
  },
} satisfies Service<typeof ECS>

/** Sorts by family, then revision as a number. */
const inOrder = ({ family, revision }: TaskDefinition): string =>
  `${family}:${String(revision).padStart(9, '0')}`

const deleted = (ref: string, call: Call): { row: TaskDefinition } | { arn: string; reason: string } => {
  const row = /:\d+$/.test(ref) ? findTaskDefinition(call, ref) : undefined
  if (!row)
    return {
      arn: ref,
      reason:
        'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
    }
  if (row.deregisteredAt === null)
    return {
      arn: row.arn,
      reason:
        'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
    }
  const going = { ...row, deleteRequestedAt: row.deleteRequestedAt ?? call.now }
  saveTaskDefinition(call, going)
  forgetTags(call, row.arn)
  return { row: going }
}
