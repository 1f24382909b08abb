import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  paginateListTaskDefinitions,
  type TaskDefinitionStatus,
} from '@aws-sdk/client-ecs'
import type { Aws } from '../../resource.ts'

const AT_ONCE = 10

const revisionOf = (arn: string): number => Number(arn.split(':').at(-1))

/** ARNs of the family's revisions, newest first. */
export const revisions = async (
  aws: Aws,
  family: string,
  status: TaskDefinitionStatus,
): Promise<string[]> => {
  const arns: string[] = []
  const pages = paginateListTaskDefinitions(
    { client: aws.client(ECSClient) },
    { familyPrefix: family, status },
  )
  for await (const page of pages) arns.push(...(page.taskDefinitionArns ?? []))
  return arns.sort((a, b) => revisionOf(b) - revisionOf(a))
}

/** Only inactive revisions can be deleted; ECS takes ten at a time and answers 200 even when it refused some. */
export const discard = async (
  aws: Aws,
  active: readonly string[],
  inactive: readonly string[],
): Promise<void> => {
  const ecs = aws.client(ECSClient)
  for (const taskDefinition of active) await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }))
  const doomed = [...active, ...inactive]
  for (let from = 0; from < doomed.length; from += AT_ONCE) {
    const taskDefinitions = doomed.slice(from, from + AT_ONCE)
    const { failures = [] } = await ecs.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }))
    if (failures[0]) throw new Error(`ECS did not delete ${failures[0].arn}: ${failures[0].reason}`)
  }
}

/** Every revision that still stands, the active ones newest first. */
export const allRevisions = async (
  aws: Aws,
  family: string,
): Promise<{ active: string[]; inactive: string[] }> => {
  const [active, inactive] = await Promise.all([
    revisions(aws, family, 'ACTIVE'),
    revisions(aws, family, 'INACTIVE'),
  ])
  return { active, inactive }
}
