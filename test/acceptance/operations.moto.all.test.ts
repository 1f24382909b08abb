import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runTask } from '../operations/runTask.ts'
import { BACKEND, openStand, type Stand, sqlite } from '../operations/stand.ts'
import { moto } from '../provisioners/ground.ts'

/** What an AWS that nobody here wrote can express of a task's life: table, task, alarm, versions, logs. No functions run there. */
describe.skipIf(moto.missing !== null)(moto.missing ?? 'against moto', () => {
  let stand: Stand
  let close: () => Promise<void>
  beforeEach(async () => {
    const opened = await moto.open()
    close = opened.close
    stand = await openStand(opened.endpoint, { functions: false })
  })
  afterEach(async () => {
    await stand.close()
    await close()
  })

  test('status tells the task, and stop ends it with the cause recorded', async () => {
    const task = await runTask(stand.aws)
    const now = Math.floor(Date.now() / 1000)
    await stand.put({
      state: 'READY',
      generation: 3,
      task_arn: task,
      woken_by: 'alice',
      started_at: now - 60,
      ready_at: now - 20,
      expires_at: now + 240,
    })
    await stand.aws.client(CloudWatchClient).send(
      new PutMetricAlarmCommand({
        AlarmName: BACKEND.alarm,
        MetricName: 'TaskPing',
        Namespace: 'storyarch/stand/test',
        Period: 60,
        EvaluationPeriods: 5,
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        Statistic: 'Sum',
      }),
    )
    const { MetricAlarms } = await stand.aws.client(CloudWatchClient).send(new DescribeAlarmsCommand())
    const told = JSON.parse((await stand.run('status', '--json')).stdout)
    expect(told).toMatchObject({
      backend: { state: 'READY', generation: 3, wokenBy: 'alice', taskArn: task, coldStartMs: 40_000 },
      alarm: MetricAlarms?.[0]?.StateValue,
    })
    const { stderr } = await stand.run('stop')
    expect(stderr).toContain('stopping the task without it')
    const { tasks } = await stand.aws
      .client(ECSClient)
      .send(new DescribeTasksCommand({ cluster: BACKEND.cluster, tasks: [task] }))
    expect(tasks?.[0]).toMatchObject({ desiredStatus: 'STOPPED', lastStatus: 'STOPPED' })
    expect(await stand.item()).toMatchObject({ state: { S: 'STOPPING' }, stop_cause: { S: 'asked' } })
  })

  test('versions are listed, saved, put back and put back again', async () => {
    const good = await stand.store(await sqlite('good'))
    const bad = await stand.store(await sqlite('bad'))
    const restored = await stand.run('db', 'restore', '--version', good, '--yes')
    expect([restored.code, restored.stderr]).toEqual([0, expect.stringContaining(`--version ${bad}`)])
    const { versions } = JSON.parse((await stand.run('db', 'versions', '--json')).stdout)
    expect(versions.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([true, false, false])
    expect((await stand.run('db', 'backup', 'saved.sqlite3')).code).toBe(0)
    expect((await stand.run('db', 'restore', '--version', bad, '--yes')).code).toBe(0)
  })

  test('logs are merged', async () => {
    const now = Date.now()
    await stand.log('task', 'task/app/1', [now - 2000, 'one'], [now, 'three'])
    await stand.log('manager', 'x', [now - 1000, 'two'])
    const { stdout } = await stand.run('logs', '--json')
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).message),
    ).toEqual(['one', 'two', 'three'])
  })

  test('there is nobody to wake it: said in one sentence', async () => {
    const { code, stderr } = await stand.run('wake', '--wait')
    expect(code).toBe(1)
    expect(stderr).toContain('its function stand-task-manager-test is not there')
  })
})
