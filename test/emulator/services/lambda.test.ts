import { createHash } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AssumableRole } from '../../../src/emulator/roles.ts'
import { lambda } from '../../../src/emulator/services/lambda.ts'
import type { Ghost } from '../../../src/emulator/tags.ts'
import { World } from '../call.ts'

const FunctionName = 'notes-task-manager-prod'
const Arn = `arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`
const Role = 'arn:aws:iam::000000000000:role/manager'
const zip = (code = 'export const handler = async () => 1') =>
  zipSync({ 'index.mjs': strToU8(code) }, { mtime: '1980-01-01T00:00:00Z' })

let world: World
const ask = () => world.ask(lambda, 'lambda')
const create = (extra: object = {}) =>
  ask().CreateFunction({
    FunctionName,
    Role,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zip() },
    ...extra,
  })
const created = async (extra: object = {}) => {
  await create(extra)
  world.advance(5)
}

beforeEach(() => {
  world = new World()
  world
    .call('iam')
    .table<AssumableRole>('roles')
    .set('manager', {
      arn: Role,
      createdAt: world.now,
      trust: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      }),
    })
  world.advance(10)
})
afterEach(() => world.remove())

describe('a function', () => {
  test('is Pending, then Active, with the defaults AWS fills in', async () => {
    expect(await create({ Tags: { 'storyarch:stack': 'notes/prod' } })).toMatchObject({ State: 'Pending' })
    world.advance(5)
    const { Configuration, Tags } = await ask().GetFunction({ FunctionName: Arn })
    expect(Configuration).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'Successful',
      FunctionArn: Arn,
      Timeout: 3,
      MemorySize: 128,
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      TracingConfig: { Mode: 'PassThrough' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${FunctionName}` },
      CodeSha256: createHash('sha256').update(zip()).digest('base64'),
    })
    expect(Configuration).not.toHaveProperty('Environment')
    expect(Tags).toEqual({ 'storyarch:stack': 'notes/prod' })
  })

  test('is refused while its role is new', async () => {
    const roles = world.call('iam').table<AssumableRole>('roles')
    const role = roles.get('manager')
    if (role) roles.set('manager', { ...role, createdAt: world.now })
    await expect(create()).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    })
    world.advance(6)
    await expect(create()).resolves.toMatchObject({ FunctionName })
  })

  test('exists once', async () => {
    await create()
    await expect(create()).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 })
  })

  test('is not changed while another change is in progress', async () => {
    await create()
    const describeIt = () => ask().UpdateFunctionConfiguration({ FunctionName, Description: 'x' })
    await expect(describeIt()).rejects.toThrow('currently in the following state: Pending')
    world.advance(5)
    expect(await ask().UpdateFunctionCode({ FunctionName, ZipFile: zip('1') })).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
    })
    await expect(describeIt()).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: expect.stringContaining('An update is in progress'),
    })
    world.advance(5)
    await describeIt()
    world.advance(5)
    expect(await ask().GetFunctionConfiguration({ FunctionName })).toMatchObject({
      LastUpdateStatus: 'Successful',
      Description: 'x',
    })
  })

  test('keeps what an update does not name, and empties what it names empty', async () => {
    await created({ Description: 'd', Environment: { Variables: { KEY: 'v' } }, MemorySize: 256 })
    await ask().UpdateFunctionConfiguration({ FunctionName, Timeout: 30 })
    world.advance(5)
    const before = await ask().GetFunctionConfiguration({ FunctionName })
    expect(before).toMatchObject({ Timeout: 30, MemorySize: 256, Environment: { Variables: { KEY: 'v' } } })
    await ask().UpdateFunctionConfiguration({ FunctionName, Environment: { Variables: {} }, Description: '' })
    const after = await ask().GetFunctionConfiguration({ FunctionName })
    expect(after).not.toHaveProperty('Environment')
    expect(after).toMatchObject({ Description: '', Timeout: 30 })
  })

  test('moves to another architecture with its code', async () => {
    await created()
    await ask().UpdateFunctionCode({ FunctionName, ZipFile: zip('2'), Architectures: ['arm64'] })
    expect((await ask().GetFunctionConfiguration({ FunctionName })).Architectures).toEqual(['arm64'])
  })

  test('with a stale revision stays', async () => {
    await created()
    const work = ask().UpdateFunctionConfiguration({ FunctionName, Description: 'x', RevisionId: 'old' })
    await expect(work).rejects.toMatchObject({ code: 'PreconditionFailedException', status: 412 })
  })

  test('is Deleting, then gone, and leaves a ghost for the tagging API', async () => {
    await created({ Tags: { a: '1' } })
    await ask().DeleteFunction({ FunctionName })
    expect(await ask().GetFunctionConfiguration({ FunctionName })).toMatchObject({ State: 'Deleting' })
    world.advance(5)
    await expect(ask().GetFunction({ FunctionName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Function not found: ${Arn}`,
    })
    expect(world.call('lambda').table<Ghost>('ghosts').get(Arn)?.tags).toEqual({ a: '1' })
  })

  test.each([
    [{ Runtime: 'nodejs18.x', future: true }, 'no longer supported'],
    [{ Runtime: 'nodejs24' }, 'Member must satisfy enum value set'],
    [{ Code: { ZipFile: strToU8('no zip') } }, 'Could not unzip uploaded file'],
    [{ Code: {} }, 'provide a source for function code'],
    [{ Environment: { Variables: { AWS_REGION: 'x' } } }, 'Reserved keys used in this request: AWS_REGION'],
    [{ Environment: { Variables: { BIG: 'x'.repeat(4096) } } }, 'exceeded the 4KB limit'],
    [{ Environment: { Variables: { 'a-b': 'x' } } }, 'environment.variables'],
    [{ Timeout: 901 }, "'timeout'"],
    [{ MemorySize: 64 }, "'memorySize'"],
    [{ Role: 'manager' }, "'role'"],
    [{ Tags: { 'aws:x': '' } }, 'reserved'],
    [{ FunctionName: 'has space' }, "'functionName'"],
    [{ Layers: ['arn'] }, 'has no Layers'],
  ])('%j is refused', async (extra, why) => {
    if ('future' in extra) world.now = Date.parse('2026-11-01')
    await expect(create(extra)).rejects.toThrow(why)
    expect((await ask().ListFunctions({})).Functions).toEqual([])
  })

  test('is listed in pages', async () => {
    for (const name of ['c', 'a', 'b']) await create({ FunctionName: name })
    const first = await ask().ListFunctions({ MaxItems: 2 })
    const second = await ask().ListFunctions({ MaxItems: 2, Marker: first.NextMarker })
    const names = [first, second].flatMap(page => page.Functions?.map(found => found.FunctionName))
    expect(names).toEqual(['a', 'b', 'c'])
    expect(second.NextMarker).toBeUndefined()
  })
})

describe('a permission', () => {
  const add = (extra: object = {}) =>
    ask().AddPermission({
      FunctionName,
      StatementId: 'sns',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: 'arn:aws:sns:us-east-1:000000000000:t',
      ...extra,
    })

  beforeEach(() => created())

  test('stands in the policy as AWS writes it', async () => {
    await expect(ask().GetPolicy({ FunctionName })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
    await add({ SourceAccount: '000000000000' })
    const { Policy = '' } = await ask().GetPolicy({ FunctionName })
    expect(JSON.parse(Policy)).toEqual({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        {
          Sid: 'sns',
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: Arn,
          Condition: {
            StringEquals: { 'AWS:SourceAccount': '000000000000' },
            ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:us-east-1:000000000000:t' },
          },
        },
      ],
    })
  })

  test('is not replaced: it is removed and added', async () => {
    await add()
    await expect(add()).rejects.toMatchObject({ code: 'ResourceConflictException', status: 409 })
    await ask().RemovePermission({ FunctionName, StatementId: 'sns' })
    await expect(ask().GetPolicy({ FunctionName })).rejects.toThrow()
    await add({ Principal: '111122223333' })
    expect((await ask().GetPolicy({ FunctionName })).Policy).toContain('arn:aws:iam::111122223333:root')
  })

  test('for nobody known is refused', async () => {
    await expect(add({ Principal: 'nobody' })).rejects.toThrow('principal was invalid')
  })

  test('no policy outgrows 20 KB', async () => {
    const fill = async () => {
      for (let index = 0; index < 200; index++) await add({ StatementId: `s${index}` })
    }
    await expect(fill()).rejects.toMatchObject({ code: 'PolicyLengthExceededException' })
  })
})

describe('asynchronous invocations', () => {
  beforeEach(() => created())

  test('are configured: put replaces, update adds', async () => {
    const get = () => ask().GetFunctionEventInvokeConfig({ FunctionName })
    await expect(get()).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await ask().PutFunctionEventInvokeConfig({
      FunctionName,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    })
    expect(await get()).toMatchObject({ MaximumRetryAttempts: 0, FunctionArn: `${Arn}:$LATEST` })
    await ask().UpdateFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 })
    expect(await get()).toMatchObject({ MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 })
    await ask().PutFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 2 })
    expect(await get()).not.toHaveProperty('MaximumEventAgeInSeconds')
    await ask().DeleteFunctionEventInvokeConfig({ FunctionName })
    await expect(get()).rejects.toThrow("doesn't have an EventInvokeConfig")
  })
})

test("100 of the account's concurrency stay unreserved", async () => {
  await created()
  const reserve = (ReservedConcurrentExecutions: number) =>
    ask().PutFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions })
  await expect(reserve(901)).rejects.toMatchObject({ code: 'InvalidParameterValueException' })
  await reserve(0)
  expect((await ask().GetFunction({ FunctionName })).Concurrency).toEqual({ ReservedConcurrentExecutions: 0 })
})
