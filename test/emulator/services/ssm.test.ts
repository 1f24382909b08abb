import { beforeEach, expect, test } from 'vitest'
import { ssm } from '../../../src/emulator/services/ssm.ts'
import { World } from '../call.ts'

let world: World
const ask = () => world.ask(ssm, 'ssm')
const put = (Name: string, Value: string, extra: object = {}) =>
  ask().PutParameter({ Name, Value, Type: 'String', ...extra })

beforeEach(() => {
  world = new World()
})

test('a parameter is overwritten only when told so, and keeps its versions', async () => {
  await put('/notes/key', 'a')
  await expect(put('/notes/key', 'b')).rejects.toMatchObject({ code: 'ParameterAlreadyExists' })
  expect(await put('/notes/key', 'b', { Overwrite: true })).toMatchObject({ Version: 2 })
  const text = async (Name: string) => (await ask().GetParameter({ Name })).Parameter?.Value
  expect(await text('/notes/key')).toBe('b')
  expect(await text('/notes/key:1')).toBe('a')
  expect(await text('arn:aws:ssm:us-east-1:000000000000:parameter/notes/key')).toBe('b')
  await expect(text('/notes/key:3')).rejects.toMatchObject({ code: 'ParameterVersionNotFound' })
  await expect(text('/notes/other')).rejects.toMatchObject({ code: 'ParameterNotFound' })
})

test('a secure one is opaque without decryption', async () => {
  await put('/notes/key', 'hunter2', { Type: 'SecureString' })
  expect((await ask().GetParameter({ Name: '/notes/key' })).Parameter?.Value).not.toContain('hunter2')
  const open = await ask().GetParameter({ Name: '/notes/key', WithDecryption: true })
  expect(open.Parameter?.Value).toBe('hunter2')
})

test('many are asked, listed and deleted, and the missing are named', async () => {
  for (const name of ['/a/b', '/a/c/d', '/e']) await put(name, 'x')
  const some = await ask().GetParameters({ Names: ['/a/b', '/nope'] })
  expect([some.Parameters?.length, some.InvalidParameters]).toEqual([1, ['/nope']])
  const below = async (Recursive: boolean) =>
    (await ask().GetParametersByPath({ Path: '/a', Recursive })).Parameters?.map(({ Name }) => Name)
  expect(await below(false)).toEqual(['/a/b'])
  expect(await below(true)).toEqual(['/a/b', '/a/c/d'])
  const named = await ask().DescribeParameters({
    ParameterFilters: [{ Key: 'Name', Option: 'BeginsWith', Values: ['/a'] }],
  })
  expect(named.Parameters?.map(({ Name }) => Name)).toEqual(['/a/b', '/a/c/d'])
  expect(await ask().DeleteParameters({ Names: ['/e', '/nope'] })).toEqual({
    DeletedParameters: ['/e'],
    InvalidParameters: ['/nope'],
  })
})

test('tags and overwriting do not go together', async () => {
  const Tags = [{ Key: 'a', Value: '1' }]
  await put('/k', 'v', { Tags })
  await expect(put('/k', 'w', { Tags, Overwrite: true })).rejects.toMatchObject({
    code: 'ValidationException',
  })
  await ask().AddTagsToResource({
    ResourceType: 'Parameter',
    ResourceId: '/k',
    Tags: [{ Key: 'b', Value: '2' }],
  })
  await ask().RemoveTagsFromResource({ ResourceType: 'Parameter', ResourceId: '/k', TagKeys: ['a'] })
  const { TagList } = await ask().ListTagsForResource({ ResourceType: 'Parameter', ResourceId: '/k' })
  expect(TagList).toEqual([{ Key: 'b', Value: '2' }])
})

test.each([
  ['a/b', {}, 'fully qualified'],
  ['/aws/x', {}, 'reserved'],
  ['/k', { Value: 'x'.repeat(4097) }, 'maximum parameter value of 4096'],
  ['/k', { Value: '' }, 'length greater than or equal to 1'],
  ['/k', { AllowedPattern: '\\d+' }, 'allowedPattern'],
])('%s %j is refused', async (name, extra, why) => {
  await expect(put(name, 'x', extra)).rejects.toThrow(why)
})
