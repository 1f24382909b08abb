import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { expect, test } from 'vitest'
import { secret } from '../../src/provisioners/secret.ts'
import { onFreshAws } from './onFreshAws.ts'

test('finds a secret by its name and never reads the value', () =>
  onFreshAws(async aws => {
    const { ARN } = await aws
      .client(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name: 'notes/key', SecretString: 'hush' }))
    expect(await secret.find(aws, { reference: 'secretsmanager:notes/key' })).toEqual({ arn: ARN })
    expect([...aws.calls.operations.keys()].filter(call => call.startsWith('Secrets'))).toEqual([
      'SecretsManager:CreateSecret',
      'SecretsManager:DescribeSecret',
    ])
  }))

test('finds a parameter by its name, with or without a path, and never reads the value', () =>
  onFreshAws(async aws => {
    for (const Name of ['key', '/notes/key'])
      await aws.client(SSMClient).send(new PutParameterCommand({ Name, Value: 'hush', Type: 'SecureString' }))
    const found = await Promise.all(
      ['ssm:key', 'ssm:/notes/key'].map(reference => secret.find(aws, { reference })),
    )
    expect(found.map(({ arn }) => arn)).toEqual([
      'arn:aws:ssm:us-east-1:123456789012:parameter/key',
      'arn:aws:ssm:us-east-1:123456789012:parameter/notes/key',
    ])
    expect([...aws.calls.operations.keys()].filter(call => call.startsWith('SSM'))).toEqual([
      'SSM:PutParameter',
      'SSM:DescribeParameters',
    ])
  }))

test('says what is missing and how to make it', () =>
  onFreshAws(async aws => {
    const missing = (reference: string) => expect(secret.find(aws, { reference })).rejects
    await missing('secretsmanager:none').toMatchObject({ fact: 'There is no secret none in us-east-1.' })
    await missing('ssm:none').toMatchObject({ fact: 'There is no parameter none in us-east-1.' })
    await missing('vault:none').toMatchObject({ fact: 'vault:none names no place for secrets.' })
  }))

test('a secret on its way out counts as missing', () =>
  onFreshAws(async aws => {
    const client = aws.client(SecretsManagerClient)
    await client.send(new CreateSecretCommand({ Name: 'old', SecretString: 'hush' }))
    await client.send(new DeleteSecretCommand({ SecretId: 'old', RecoveryWindowInDays: 7 }))
    await expect(secret.find(aws, { reference: 'secretsmanager:old' })).rejects.toMatchObject({
      fact: 'Secret old is scheduled for deletion.',
    })
  }))
