import { beforeEach, describe, expect, test } from 'vitest'
import { secretsManager } from '../../../src/emulator/services/secretsManager.ts'
import { World } from '../call.ts'

const Name = 'storyarchitect/prod/secret-key'
let world: World
const ask = () => world.ask(secretsManager, 'secretsManager')
const value = async (extra: object = {}) =>
  (await ask().GetSecretValue({ SecretId: Name, ...extra })).SecretString

beforeEach(() => {
  world = new World()
})

describe('a secret', () => {
  test('is found by name, ARN and ARN without its six characters', async () => {
    const { ARN = '' } = await ask().CreateSecret({
      Name,
      SecretString: 'a',
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    expect(ARN).toMatch(/:secret:storyarchitect\/prod\/secret-key-[A-Za-z]{6}$/)
    for (const SecretId of [Name, ARN, ARN.slice(0, -7)])
      expect(await ask().DescribeSecret({ SecretId })).toMatchObject({
        Name,
        Tags: [{ Key: 'k', Value: 'v' }],
      })
  })

  test('keeps its last two values by stage', async () => {
    await ask().CreateSecret({ Name, SecretString: 'a' })
    await ask().PutSecretValue({ SecretId: Name, SecretString: 'b' })
    await ask().UpdateSecret({ SecretId: Name, SecretString: 'c' })
    expect(await value()).toBe('c')
    expect(await value({ VersionStage: 'AWSPREVIOUS' })).toBe('b')
    const { VersionIdsToStages = {} } = await ask().DescribeSecret({ SecretId: Name })
    expect(Object.values(VersionIdsToStages).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS'])
  })

  test('written again with its token changes nothing, with another value it is refused', async () => {
    await ask().CreateSecret({ Name, SecretString: 'a', ClientRequestToken: 't' })
    await ask().CreateSecret({ Name, SecretString: 'a', ClientRequestToken: 't' })
    await expect(
      ask().PutSecretValue({ SecretId: Name, SecretString: 'b', ClientRequestToken: 't' }),
    ).rejects.toMatchObject({ code: 'ResourceExistsException' })
    await expect(ask().CreateSecret({ Name, SecretString: 'a' })).rejects.toMatchObject({
      code: 'ResourceExistsException',
    })
  })

  test('may be bytes, and has no value before it is given one', async () => {
    await ask().CreateSecret({ Name })
    await expect(value()).rejects.toThrow('staging label: AWSCURRENT')
    await ask().PutSecretValue({ SecretId: Name, SecretBinary: new Uint8Array([0, 255]) })
    expect((await ask().GetSecretValue({ SecretId: Name })).SecretBinary).toEqual(new Uint8Array([0, 255]))
  })
})

describe('a deleted secret', () => {
  beforeEach(async () => {
    await ask().CreateSecret({ Name, SecretString: 'a' })
  })

  test('holds its name for the recovery window and can be restored', async () => {
    const { DeletionDate } = await ask().DeleteSecret({ SecretId: Name })
    expect(DeletionDate).toEqual(new Date(world.now + 30 * 86_400_000))
    await expect(value()).rejects.toMatchObject({ code: 'InvalidRequestException' })
    await expect(ask().CreateSecret({ Name })).rejects.toMatchObject({
      code: 'InvalidRequestException',
      message: expect.stringContaining('already scheduled for deletion'),
    })
    expect((await ask().ListSecrets({})).SecretList).toEqual([])
    expect((await ask().ListSecrets({ IncludePlannedDeletion: true })).SecretList).toHaveLength(1)
    await ask().RestoreSecret({ SecretId: Name })
    expect(await value()).toBe('a')
  })

  test('is gone after the window', async () => {
    await ask().DeleteSecret({ SecretId: Name, RecoveryWindowInDays: 7 })
    world.advance(8 * 86_400)
    await expect(ask().RestoreSecret({ SecretId: Name })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('by force goes at once, but not immediately, and twice calmly', async () => {
    const force = () => ask().DeleteSecret({ SecretId: Name, ForceDeleteWithoutRecovery: true })
    await force()
    await expect(ask().CreateSecret({ Name })).rejects.toMatchObject({ code: 'InvalidRequestException' })
    world.advance(10)
    await force()
    await expect(ask().CreateSecret({ Name })).resolves.toBeDefined()
  })

  test('takes no odd windows', async () => {
    const work = ask().DeleteSecret({ SecretId: Name, RecoveryWindowInDays: 3 })
    await expect(work).rejects.toMatchObject({ code: 'InvalidParameterException' })
  })
})

test('secrets are listed by what their filters say', async () => {
  await ask().CreateSecret({ Name: 'a/one', Tags: [{ Key: 'team', Value: 'x' }] })
  await ask().CreateSecret({ Name: 'b/two' })
  const names = async (Key: 'name' | 'tag-key', Value: string) =>
    (await ask().ListSecrets({ Filters: [{ Key, Values: [Value] }] })).SecretList?.map(({ Name }) => Name)
  expect(await names('name', 'a/')).toEqual(['a/one'])
  expect(await names('name', '!a/')).toEqual(['b/two'])
  expect(await names('tag-key', 'team')).toEqual(['a/one'])
})
