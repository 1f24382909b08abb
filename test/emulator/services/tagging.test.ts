import { beforeEach, expect, test } from 'vitest'
import { tagging } from '../../../src/emulator/services/tagging.ts'
import { forgetTags, putTags, tagsOf } from '../../../src/emulator/tags.ts'
import { World } from '../call.ts'

let world: World
const STACK = 'storyarch:stack'
const arns = {
  cluster: 'arn:aws:ecs:us-east-1:0:cluster/notes-prod',
  definition: 'arn:aws:ecs:us-east-1:0:task-definition/notes-backend-prod:1',
  bucket: 'arn:aws:s3:::notes-frontend-prod',
  distribution: 'arn:aws:cloudfront::0:distribution/E1',
  role: 'arn:aws:iam::0:role/notes',
}
const found = async (input: object, region = 'us-east-1') =>
  (await world.ask(tagging, 'tagging', region).GetResources(input)).ResourceTagMappingList?.map(
    hit => hit.ResourceARN,
  )

beforeEach(() => {
  world = new World()
  putTags(world.call('ecs'), arns.cluster, { [STACK]: 'notes/prod', size: 'small' })
  putTags(world.call('ecs'), arns.definition, { [STACK]: 'notes/dev' })
  putTags(world.call('s3'), arns.bucket, { [STACK]: 'notes/prod' })
  putTags(world.call('cloudfront'), arns.distribution, { [STACK]: 'notes/prod' })
  putTags(world.call('iam'), arns.role, { [STACK]: 'notes/prod' })
  putTags(world.call('sns'), 'arn:aws:sns:us-east-1:0:never-tagged', {})
})

test('every service shows what is tagged, IAM and the untagged do not', async () => {
  expect(await found({})).toEqual([arns.distribution, arns.cluster, arns.definition, arns.bucket])
})

test('filters join keys by AND, values by OR, and kinds by either name', async () => {
  const stack = (...Values: string[]) => ({ Key: STACK, Values })
  expect(await found({ TagFilters: [stack('notes/dev')] })).toEqual([arns.definition])
  expect(await found({ TagFilters: [stack('notes/dev', 'notes/prod'), { Key: 'size' }] })).toEqual([
    arns.cluster,
  ])
  expect(await found({ ResourceTypeFilters: ['ecs:task-definition', 's3'] })).toEqual([
    arns.definition,
    arns.bucket,
  ])
  await expect(found({ TagFilters: [stack('x')], ResourceARNList: [arns.bucket] })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  })
})

test('global services are seen from us-east-1 only', async () => {
  putTags(world.call('ecs', '', 'eu-west-1'), 'arn:aws:ecs:eu-west-1:0:cluster/x', { a: '1' })
  expect(await found({}, 'eu-west-1')).toEqual(['arn:aws:ecs:eu-west-1:0:cluster/x'])
})

test('what is deleted stays as a ghost with its tags for a while', async () => {
  forgetTags(world.call('ecs'), arns.cluster)
  expect(await found({ TagFilters: [{ Key: 'size' }] })).toEqual([arns.cluster])
  world.advance(2 * 3600)
  expect(await found({ TagFilters: [{ Key: 'size' }] })).toEqual([])
})

test('pages miss and repeat nothing', async () => {
  const ask = world.ask(tagging, 'tagging')
  const seen: (string | undefined)[] = []
  let PaginationToken: string | undefined
  do {
    const answer = await ask.GetResources({ ResourcesPerPage: 3, PaginationToken })
    seen.push(...(answer.ResourceTagMappingList ?? []).map(hit => hit.ResourceARN))
    PaginationToken = answer.PaginationToken
  } while (PaginationToken)
  expect(seen).toEqual(await found({}))
})

test('tags are written through to their service, and what fails is told', async () => {
  const ask = world.ask(tagging, 'tagging')
  const answer = await ask.TagResources({ ResourceARNList: [arns.cluster, arns.role], Tags: { owner: 'me' } })
  expect(Object.keys(answer.FailedResourcesMap ?? {})).toEqual([arns.role])
  expect(tagsOf(world.call('ecs'), arns.cluster)).toMatchObject({ owner: 'me', size: 'small' })
  await ask.UntagResources({ ResourceARNList: [arns.cluster], TagKeys: ['owner', 'size'] })
  expect(tagsOf(world.call('ecs'), arns.cluster)).toEqual({ [STACK]: 'notes/prod' })
  expect((await ask.GetTagKeys({})).TagKeys).toEqual([STACK])
  expect((await ask.GetTagValues({ Key: STACK })).TagValues).toEqual(['notes/dev', 'notes/prod'])
})
