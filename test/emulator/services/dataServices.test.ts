import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiGatewayV2Client, CreateApiCommand, GetApiCommand } from '@aws-sdk/client-apigatewayv2'
import { BudgetsClient, CreateBudgetCommand, DescribeBudgetCommand } from '@aws-sdk/client-budgets'
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda'
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCOUNT, type Emulator, startEmulator } from '../../../src/emulator/server.ts'

/** The same services through the SDK's own serializers, errors and waiters. */
let emulator: Emulator
let folder: string
let bugs: unknown[]

const open = <C>(Client: new (config: never) => C): C =>
  new Client({
    region: 'us-east-1',
    endpoint: emulator.endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  } as never)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
  bugs = []
  emulator = await startEmulator({ folder, report: error => bugs.push(error) })
})
afterAll(async () => {
  await emulator.close()
  await rm(folder, { recursive: true, force: true })
  expect(bugs).toEqual([])
})

describe('DynamoDB', () => {
  const TableName = 'state'
  const Key = { task_id: { S: 'main' } }
  const dynamo = () => open(DynamoDBClient)

  beforeAll(async () => {
    await dynamo().send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'task_id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'task_id', KeyType: 'HASH' }],
        Tags: [{ Key: 'storyarch:stack', Value: 'notes/prod' }],
      }),
    )
    await waitUntilTableExists({ client: dynamo(), maxWaitTime: 10, minDelay: 1 }, { TableName })
  })

  test('keeps bytes, sets and nested values', async () => {
    const Item = {
      task_id: { S: 'other' },
      bytes: { B: new Uint8Array([1, 2, 255]) },
      names: { SS: ['a', 'b'] },
      deep: { M: { list: { L: [{ NULL: true as const }, { BOOL: true }, { N: '12.5' }] } } },
    }
    await dynamo().send(new PutItemCommand({ TableName, Item }))
    const { Items } = await dynamo().send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'task_id = :id',
        ExpressionAttributeValues: { ':id': { S: 'other' } },
      }),
    )
    expect(Items).toEqual([Item])
  })

  test("a failed condition is the SDK's own exception and holds the item", async () => {
    await dynamo().send(new PutItemCommand({ TableName, Item: { ...Key, generation: { N: '7' } } }))
    const fault = await dynamo()
      .send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: 'ADD generation :one',
          ConditionExpression: 'generation < :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      .catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(ConditionalCheckFailedException)
    expect(fault).toMatchObject({ Item: { generation: { N: '7' } }, $metadata: { httpStatusCode: 400 } })
  })

  test("a cancelled transaction tells each item's reason", async () => {
    const put = (id: string, ConditionExpression?: string) => ({
      Put: { TableName, Item: { task_id: { S: id } }, ConditionExpression },
    })
    const fault = await dynamo()
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [put('never'), put('main', 'attribute_not_exists(task_id)')],
        }),
      )
      .catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(TransactionCanceledException)
    expect(fault).toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    })
    const { Item } = await dynamo().send(new GetItemCommand({ TableName, Key: { task_id: { S: 'never' } } }))
    expect(Item).toBeUndefined()
  })

  test('a table is found by its tags', async () => {
    const { ResourceTagMappingList } = await open(ResourceGroupsTaggingAPIClient).send(
      new GetResourcesCommand({ TagFilters: [{ Key: 'storyarch:stack', Values: ['notes/prod'] }] }),
    )
    expect(ResourceTagMappingList?.map(hit => hit.ResourceARN)).toContain(
      `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/state`,
    )
  })

  test('a table that is not there has its own exception', async () => {
    const work = dynamo().send(new DeleteTableCommand({ TableName: 'nowhere' }))
    await expect(work).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('Lambda', () => {
  const FunctionName = 'manager'
  const create = async () => {
    const { Role } = await open(IAMClient).send(
      new CreateRoleCommand({
        RoleName: 'manager',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
          ],
        }),
      }),
    )
    return open(LambdaClient).send(
      new CreateFunctionCommand({
        FunctionName,
        Role: Role?.Arn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8('export const handler = async () => 1') }) },
      }),
    )
  }

  test('takes a role of IAM, is permitted, configured and deleted', async () => {
    const lambda = open(LambdaClient)
    await create()
    const permission = new AddPermissionCommand({
      FunctionName,
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    })
    await lambda.send(permission)
    await expect(lambda.send(permission)).rejects.toBeInstanceOf(ResourceConflictException)
    const { Policy = '' } = await lambda.send(new GetPolicyCommand({ FunctionName }))
    expect(JSON.parse(Policy).Statement[0].Sid).toBe('api')
    const { LastModified } = await lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }),
    )
    expect(LastModified).toBeInstanceOf(Date)
    await lambda.send(new DeleteFunctionCommand({ FunctionName }))
    await expect(lambda.send(new GetFunctionCommand({ FunctionName }))).rejects.toBeInstanceOf(
      ResourceNotFoundException,
    )
  })
})

test('an HTTP API comes back as it was made', async () => {
  const client = open(ApiGatewayV2Client)
  const made = await client.send(
    new CreateApiCommand({
      Name: 'notes',
      ProtocolType: 'HTTP',
      Tags: { a: '1' },
      CorsConfiguration: { AllowOrigins: ['*'] },
    }),
  )
  const { ApiId, ApiEndpoint, CreatedDate, CorsConfiguration, Tags } = made
  expect(await client.send(new GetApiCommand({ ApiId }))).toMatchObject({
    ApiEndpoint,
    CreatedDate,
    CorsConfiguration,
    Tags,
  })
  await expect(client.send(new GetApiCommand({ ApiId: 'nope' }))).rejects.toMatchObject({
    name: 'NotFoundException',
    $metadata: { httpStatusCode: 404 },
  })
})

test("a secret's and a parameter's values come back", async () => {
  const secrets = open(SecretsManagerClient)
  await secrets.send(new CreateSecretCommand({ Name: 'key', SecretString: 'hush' }))
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'key' }))).SecretString).toBe('hush')
  await secrets.send(new DeleteSecretCommand({ SecretId: 'key' }))
  await expect(secrets.send(new CreateSecretCommand({ Name: 'key' }))).rejects.toMatchObject({
    name: 'InvalidRequestException',
  })
  const ssm = open(SSMClient)
  await ssm.send(new PutParameterCommand({ Name: '/key', Value: 'hush', Type: 'SecureString' }))
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/key', WithDecryption: true }))
  expect(Parameter?.Value).toBe('hush')
  await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
    name: 'ParameterNotFound',
  })
})

test('a budget comes back with its dates', async () => {
  const client = open(BudgetsClient)
  const BudgetName = 'notes-prod'
  await client.send(
    new CreateBudgetCommand({
      AccountId: ACCOUNT,
      Budget: {
        BudgetName,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: '15', Unit: 'USD' },
      },
    }),
  )
  const { Budget } = await client.send(new DescribeBudgetCommand({ AccountId: ACCOUNT, BudgetName }))
  expect(Budget?.TimePeriod?.End).toEqual(new Date('2087-06-15'))
  const missing = client.send(new DescribeBudgetCommand({ AccountId: ACCOUNT, BudgetName: 'x' }))
  await expect(missing).rejects.toMatchObject({ name: 'NotFoundException' })
})
