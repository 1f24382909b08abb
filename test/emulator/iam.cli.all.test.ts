import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCli, missing } from './awsCli.ts'
import { Running } from './running.ts'

const why = missing('aws', '--version')
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}'

describe.skipIf(why)(why ?? 'the aws CLI', () => {
  let emulator: Running
  beforeAll(async () => {
    emulator = await Running.start()
  })
  afterAll(async () => {
    await emulator.stop()
    expect(emulator.faults).toEqual([])
  })
  const aws = (...words: string[]) => awsCli(emulator.environment(), ...words, '--output', 'json')

  test('sees who it is', async () => {
    const { out } = await aws('sts', 'get-caller-identity')
    expect(JSON.parse(out)).toMatchObject({ Account: '123456789012' })
  })

  test('makes a role, reads its policies as JSON, and is told why it cannot delete it', async () => {
    await aws('iam', 'create-role', '--role-name', 'r', '--assume-role-policy-document', TRUST)
    const policy = TRUST.replace('"Principal":{"Service":"ecs-tasks.amazonaws.com"}', '"Resource":"*"')
    await aws('iam', 'put-role-policy', '--role-name', 'r', '--policy-name', 'p', '--policy-document', policy)
    const role = JSON.parse((await aws('iam', 'get-role', '--role-name', 'r')).out)
    expect(role.Role.AssumeRolePolicyDocument).toEqual(JSON.parse(TRUST))
    const inline = JSON.parse(
      (await aws('iam', 'get-role-policy', '--role-name', 'r', '--policy-name', 'p')).out,
    )
    expect(inline.PolicyDocument).toEqual(JSON.parse(policy))
    const { code, err } = await aws('iam', 'delete-role', '--role-name', 'r')
    expect(code).not.toBe(0)
    expect(err).toContain('(DeleteConflict)')
  })

  test('is told what is not there, and what is not built', async () => {
    const gone = await aws('iam', 'get-role', '--role-name', 'gone')
    expect(gone.err).toContain('(NoSuchEntity)')
    expect(gone.err).toContain('The role with name gone cannot be found.')
    const { err } = await aws('iam', 'list-mfa-devices')
    expect(err).toContain('embedded AWS has no iam:ListMFADevices')
  })
})
