import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  localStatus,
  type Running,
  resetLocal,
  startLocal,
  stopLocal,
  TAKEN,
} from '../../src/emulator/process.ts'

const MAIN = new URL('../../src/emulator/main.ts', import.meta.url).pathname
const AT_ONCE = { latency: 0 }
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' }

describe('the embedded AWS as a background process', () => {
  let folder: string
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'storyarch-')))
  })
  afterEach(async () => {
    await stopLocal(folder)
    await rm(folder, { recursive: true })
  })

  const iamOf = ({ endpoint }: Running) => new IAMClient({ endpoint, region: 'us-east-1', credentials })

  const makeRole = (running: Running) =>
    iamOf(running).send(
      new CreateRoleCommand({
        RoleName: 'kept',
        AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
      }),
    )

  const roleName = async (running: Running) =>
    (await iamOf(running).send(new GetRoleCommand({ RoleName: 'kept' }))).Role?.RoleName

  test('answers the SDK once it has started, and is found again', async () => {
    const running = await startLocal(folder, AT_ONCE)
    const sts = new STSClient({ endpoint: running.endpoint, region: 'us-east-1', credentials })
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012')
    expect(await localStatus(folder)).toEqual(running)
    expect(await startLocal(folder, AT_ONCE)).toEqual(running)
  })

  test('many starts at once give one server', async () => {
    const started = await Promise.all([1, 2, 3, 4].map(() => startLocal(folder, AT_ONCE)))
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1)
  })

  test('a second server leaves a folder alone that another one uses', async () => {
    const first = await startLocal(folder, AT_ONCE)
    const second = spawn(process.execPath, [MAIN, folder], { stdio: 'ignore' })
    const [code] = await once(second, 'exit')
    expect(code).toBe(TAKEN)
    expect(await localStatus(folder)).toEqual(first)
  })

  test('a server that has no time to answer is waited for, not doubled', async () => {
    const first = await startLocal(folder, AT_ONCE)
    process.kill(first.pid, 'SIGSTOP')
    const second = startLocal(folder, AT_ONCE)
    await expect(localStatus(folder)).resolves.toBeNull()
    process.kill(first.pid, 'SIGCONT')
    expect(await second).toEqual(first)
  })

  test('stop ends a server that does not answer', async () => {
    const { pid } = await startLocal(folder, AT_ONCE)
    process.kill(pid, 'SIGSTOP')
    expect(await stopLocal(folder)).toBe(true)
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  test('stop ends it and keeps its state and its port', async () => {
    const first = await startLocal(folder, AT_ONCE)
    await makeRole(first)
    expect(await stopLocal(folder)).toBe(true)
    expect(await localStatus(folder)).toBeNull()
    expect(await stopLocal(folder)).toBe(false)
    const second = await startLocal(folder, AT_ONCE)
    expect(second.port).toBe(first.port)
    expect(second.pid).not.toBe(first.pid)
    expect(await roleName(second)).toBe('kept')
  })

  test('takes another port when somebody has the old one', async () => {
    const first = await startLocal(folder, AT_ONCE)
    await stopLocal(folder)
    const squatter = createServer().listen(first.port, '127.0.0.1')
    await once(squatter, 'listening')
    try {
      expect((await startLocal(folder, AT_ONCE)).port).not.toBe(first.port)
    } finally {
      squatter.close()
    }
  })

  test('what was answered survives kill -9', async () => {
    const first = await startLocal(folder, AT_ONCE)
    await makeRole(first)
    process.kill(first.pid, 'SIGKILL')
    const second = await startLocal(folder, AT_ONCE)
    expect(await roleName(second)).toBe('kept')
  })

  test('reset empties it and leaves it running on its port', async () => {
    const first = await startLocal(folder, AT_ONCE)
    await makeRole(first)
    const second = await resetLocal(folder)
    expect(second?.port).toBe(first.port)
    await expect(roleName(second ?? first)).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  })

  test('a container driver that is none is refused by name', async () => {
    process.env['STORYARCH_LOCAL_DRIVER'] = 'dokcer'
    try {
      await expect(startLocal(folder, AT_ONCE)).rejects.toThrow(/STORYARCH_LOCAL_DRIVER is dokcer/)
    } finally {
      delete process.env['STORYARCH_LOCAL_DRIVER']
    }
  })

  test('a server that cannot come up says why', async () => {
    await mkdir(join(folder, 'state.jsonl'))
    await expect(startLocal(folder, AT_ONCE)).rejects.toThrow(/EISDIR/)
  })
})
