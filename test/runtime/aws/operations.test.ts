import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../../src/emulator/intercept.ts'
import { AwsError } from '../../../src/emulator/service.ts'
import { getItem } from '../../../src/runtime/aws/dynamoDb.ts'
import { type Aws, openAws } from '../../../src/runtime/aws/openAws.ts'
import { freshAws } from '../../acceptance/liveStack.ts'
import { envOf, Key, makeTable, operationsOn, soon } from './operationsOn.ts'

describe('on the embedded AWS', () => operationsOn(true, freshAws))

describe('what may pass is tried again', () => {
  let emulator: Awaited<ReturnType<typeof freshAws>>
  let intercept: Intercept
  let retries: string[]
  let aws: Aws
  beforeAll(async () => {
    emulator = await freshAws((call, phase) => intercept(call, phase))
    intercept = () => undefined
    await makeTable(emulator.endpoint)
    aws = openAws(envOf(emulator.endpoint), {
      patience: { attempts: 3, pauseMs: 5, deniedAttempts: 1 },
      timeoutMs: 300,
      onRetry: error => void retries.push(error instanceof Error ? error.name : ''),
    })
  })
  beforeEach(() => {
    intercept = () => undefined
    retries = []
  })
  afterAll(() => emulator.close())

  const read = () => getItem(aws, { TableName: 'state', Key }, soon())

  test('faults of the server, throttling, and broken connections', async () => {
    const verdicts = ['drop', new AwsError('ThrottlingException', 'slower')] as const
    let asked = 0
    intercept = () => verdicts[asked++]
    await read()
    expect(retries).toEqual(['Error', 'ThrottlingException'])
  })

  test('silence', async () => {
    let asked = 0
    intercept = async () => {
      if (asked++ === 0) await new Promise(resolve => setTimeout(resolve, 1_000))
      return undefined
    }
    await read()
    expect(retries).toEqual(['Error'])
  })

  test('and not more often than the caller has patience for', async () => {
    intercept = () => new AwsError('InternalServerError', 'down', { status: 500 })
    await expect(read()).rejects.toMatchObject({ name: 'InternalServerError', status: 500 })
    expect(retries).toHaveLength(2)
  })

  test('and nothing else', async () => {
    intercept = () => new AwsError('AccessDeniedException', 'not you', { status: 400 })
    await expect(read()).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(getItem(aws, { TableName: 'nowhere', Key }, soon())).rejects.toThrow()
    expect(retries).toEqual([])
  })
})
