import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCli, missing } from '../awsCli.ts'
import { Running } from '../running.ts'

const why = missing('aws', '--version')
const whyNoBoto = missing('python3', '-c', 'import boto3')
let emulator: Running

beforeAll(async () => {
  emulator = await Running.start()
})
afterAll(async () => {
  await emulator.stop()
  expect(emulator.faults).toEqual([])
})

describe.skipIf(why)(why ?? 'the aws CLI and the data services', () => {
  const json = async (...words: string[]) => {
    const { code, out, err } = await awsCli(emulator.environment(), ...words, '--output', 'json')
    expect(err === '' ? code : err).toBe(0)
    return out === '' ? undefined : JSON.parse(out)
  }
  const refused = async (...words: string[]): Promise<string> => {
    const { code, err } = await awsCli(emulator.environment(), ...words)
    expect(code).not.toBe(0)
    return err
  }

  test('tell the state of a task', async () => {
    const table = ['--table-name', 'notes-task-state-prod']
    await json(
      'dynamodb',
      'create-table',
      ...table,
      '--billing-mode',
      'PAY_PER_REQUEST',
      '--attribute-definitions',
      'AttributeName=task_id,AttributeType=S',
      '--key-schema',
      'AttributeName=task_id,KeyType=HASH',
    )
    const Item = { task_id: { S: 'main' }, state: { S: 'READY' }, generation: { N: '3' } }
    await json('dynamodb', 'put-item', ...table, '--item', JSON.stringify(Item))
    const key = ['--key', JSON.stringify({ task_id: Item.task_id })]
    expect(await json('dynamodb', 'get-item', ...table, ...key)).toEqual({ Item })
    const failed = await refused(
      'dynamodb',
      'delete-item',
      ...table,
      ...key,
      '--condition-expression',
      'attribute_not_exists(task_id)',
    )
    expect(failed).toContain('ConditionalCheckFailedException')
    await json(
      'dynamodb',
      'update-time-to-live',
      ...table,
      '--time-to-live-specification',
      'Enabled=true,AttributeName=expires_at',
    )
    const { TimeToLiveDescription } = await json('dynamodb', 'describe-time-to-live', ...table)
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' })
  })

  test('say what is not there as AWS does', async () => {
    expect(await refused('lambda', 'get-function', '--function-name', 'nope')).toContain(
      '(ResourceNotFoundException) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:',
    )
    expect(await refused('apigatewayv2', 'get-api', '--api-id', 'nope')).toContain('(NotFoundException)')
    expect(await refused('ssm', 'get-parameter', '--name', '/nope')).toContain('(ParameterNotFound)')
    expect(await refused('secretsmanager', 'describe-secret', '--secret-id', 'nope')).toContain(
      "Secrets Manager can't find the specified secret.",
    )
  })

  test('make an API with its stage', async () => {
    const { ApiId } = await json(
      'apigatewayv2',
      'create-api',
      '--name',
      'notes',
      '--protocol-type',
      'HTTP',
      '--tags',
      'a=1',
    )
    await json('apigatewayv2', 'create-stage', '--api-id', ApiId, '--stage-name', 'prod', '--auto-deploy')
    const { Items } = await json('apigatewayv2', 'get-stages', '--api-id', ApiId)
    expect(Items[0]).toMatchObject({ StageName: 'prod', AutoDeploy: true })
    const { ResourceTagMappingList } = await json(
      'resourcegroupstaggingapi',
      'get-resources',
      '--tag-filters',
      'Key=a,Values=1',
    )
    expect(ResourceTagMappingList).toEqual([
      { ResourceARN: `arn:aws:apigateway:us-east-1::/apis/${ApiId}`, Tags: [{ Key: 'a', Value: '1' }] },
    ])
  })

  test('keep secrets, parameters and budgets', async () => {
    await json('secretsmanager', 'create-secret', '--name', 'key', '--secret-string', 'hush')
    expect(await json('secretsmanager', 'get-secret-value', '--secret-id', 'key')).toMatchObject({
      SecretString: 'hush',
    })
    await json('ssm', 'put-parameter', '--name', '/key', '--value', 'hush', '--type', 'SecureString')
    const { Parameter } = await json('ssm', 'get-parameter', '--name', '/key', '--with-decryption')
    expect(Parameter.Value).toBe('hush')
    const { Account } = await json('sts', 'get-caller-identity')
    const budget = {
      BudgetName: 'b',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: '15', Unit: 'USD' },
    }
    await json('budgets', 'create-budget', '--account-id', Account, '--budget', JSON.stringify(budget))
    const { Budgets } = await json('budgets', 'describe-budgets', '--account-id', Account)
    expect(Budgets[0].BudgetLimit).toEqual({ Amount: '15.0', Unit: 'USD' })
  })
})

const BOTO = `
import boto3, json
from decimal import Decimal
from boto3.dynamodb.conditions import Key, Attr
dynamo = boto3.resource('dynamodb')
table = dynamo.create_table(TableName='boto', BillingMode='PAY_PER_REQUEST',
    AttributeDefinitions=[{'AttributeName': 'pk', 'AttributeType': 'S'}, {'AttributeName': 'sk', 'AttributeType': 'N'}],
    KeySchema=[{'AttributeName': 'pk', 'KeyType': 'HASH'}, {'AttributeName': 'sk', 'KeyType': 'RANGE'}])
table.wait_until_exists()
with table.batch_writer() as batch:
    for n in range(40):
        batch.put_item(Item={'pk': 'a', 'sk': n, 'half': Decimal(n) / 2, 'tags': {'x', str(n)}, 'raw': b'\\x00\\xff'})
found = table.query(KeyConditionExpression=Key('pk').eq('a') & Key('sk').between(5, 9),
    FilterExpression=Attr('half').gt(Decimal('3')) & Attr('tags').contains('8'))
try:
    table.put_item(Item={'pk': 'a', 'sk': 1}, ConditionExpression=Attr('pk').not_exists())
    refused = None
except dynamo.meta.client.exceptions.ConditionalCheckFailedException as fault:
    refused = fault.response['Error']['Code']
item = found['Items'][0]
print(json.dumps({'count': found['Count'], 'scanned': found['ScannedCount'], 'half': str(item['half']),
    'tags': sorted(item['tags']), 'raw': list(item['raw'].value), 'refused': refused,
    'all': len(table.scan()['Items'])}))
`

test.skipIf(whyNoBoto)(whyNoBoto ?? 'boto3 builds expressions of its own and is understood', async () => {
  const { PATH = '' } = process.env
  const { stdout, stderr } = await promisify(execFile)('python3', ['-c', BOTO], {
    env: { PATH, ...emulator.environment() },
    timeout: 60_000,
  })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    count: 1,
    scanned: 5,
    half: '4',
    tags: ['8', 'x'],
    raw: [0, 255],
    refused: 'ConditionalCheckFailedException',
    all: 40,
  })
})
