import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processBegin } from '../../../../src/emulator/dataplane/tasks/processes.ts'
import { localLog, localStatus, resetLocal, startLocal, stopLocal } from '../../../../src/emulator/process.ts'
import { clientsAt, Running } from '../../running.ts'
import { until } from '../../until.ts'
import { TaskStage } from './taskStage.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'storyarch-')))
})
afterEach(async () => {
  await stopLocal(folder)
  rmSync(folder, { recursive: true, force: true })
})

/** Says its own process and those of two children: one in its group, one that left it. */
const FAMILY = `
const { spawn } = require('node:child_process')
const sleep = detached => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'ignore' }).pid
process.on('SIGTERM', () => {})
console.log('pids ' + JSON.stringify([process.pid, sleep(false), sleep(true)]))
setInterval(() => {}, 1000)
`

const startFamily = async (stage: TaskStage) => {
  const image = await stage.image('family', { files: { 'main.js': FAMILY } })
  const arn = await stage.run([stage.container('app', image, { stopTimeout: 1 })])
  const pids: number[] = JSON.parse(await stage.line(arn, 'app', 'pids '))
  expect(await lives(pids)).toEqual(pids)
  return { arn, pids }
}

const lives = async (pids: readonly number[]): Promise<number[]> => {
  const begins = await Promise.all(pids.map(processBegin))
  return pids.filter((_, index) => begins[index] !== null && !isZombie(pids[index] ?? 0))
}

/** Dead, and only waiting for somebody to ask how it ended. */
const isZombie = (pid: number): boolean => {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return true
  }
}

const gone = (pids: readonly number[]) =>
  until(
    async () => ((await lives(pids)).length === 0 ? true : undefined),
    () => pids,
  )

test('a container takes all of its processes with it', async () => {
  const aws = await Running.live()
  const stage = await TaskStage.open(aws)
  const { arn, pids } = await startFamily(stage)
  expect((await stage.stop(arn)).containers?.[0]?.exitCode).toBe(137)
  await gone(pids)
  await aws.stop()
})

test('closing the emulator ends its tasks, and says so', async () => {
  const aws = await Running.live()
  const stage = await TaskStage.open(aws)
  const { arn, pids } = await startFamily(stage)
  await aws.restart()
  await gone(pids)
  const again = TaskStage.reopen(aws)
  expect(await again.task(arn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'UserInitiated',
    stoppedReason: 'The embedded AWS was stopped',
  })
  await aws.stop()
})

test('closing the emulator leaves a container time to save, however long those before it in line would take', async () => {
  const aws = await Running.live()
  const stage = await TaskStage.open(aws)
  const onStop = (then: string) =>
    `process.on('SIGTERM', () => { ${then} }); console.log('up'); setInterval(() => {}, 1000)`
  const stubborn = await stage.image('stubborn', { files: { 'main.js': onStop('') } })
  const saver = await stage.image('saver', { files: { 'main.js': onStop('process.exit(3)') } })
  const arn = await stage.run([
    stage.container('saver', saver),
    stage.container('app', stubborn, { dependsOn: [{ containerName: 'saver', condition: 'START' }] }),
  ])
  await stage.line(arn, 'app', 'up')
  await stage.line(arn, 'saver', 'up')
  await aws.restart()
  const { containers } = (await TaskStage.reopen(aws).task(arn)) ?? {}
  expect(Object.fromEntries(containers?.map(({ name, exitCode }) => [name, exitCode]) ?? [])).toEqual({
    app: 137,
    saver: 3,
  })
  await aws.stop()
})

test('what a killed emulator left running is ended by the next one, and its tasks are STOPPED', async () => {
  const first = await startLocal(folder, { latency: 0 })
  const { arn, pids } = await startFamily(await TaskStage.open(clientsAt(first.endpoint)))
  process.kill(first.pid, 'SIGKILL')
  await until(async () => ((await lives([first.pid])).length === 0 ? true : undefined))
  expect(await lives(pids)).toEqual(pids)
  const second = await startLocal(folder, { latency: 0 })
  expect(await lives(pids)).toEqual([])
  const stage = TaskStage.reopen(clientsAt(second.endpoint))
  expect(await stage.task(arn)).toMatchObject({
    lastStatus: 'STOPPED',
    stoppedReason: 'The embedded AWS ended while the task ran',
    containers: [{ lastStatus: 'STOPPED' }],
  })
  expect(readFileSync(localLog(folder), 'utf8')).toContain('ended 1 container of an emulator that was killed')
})

test.each([
  ['stop', stopLocal],
  ['reset', resetLocal],
])('%s ends what a killed emulator left running, and starts none', async (_name, end) => {
  const { pid, endpoint } = await startLocal(folder, { latency: 0 })
  const { pids } = await startFamily(await TaskStage.open(clientsAt(endpoint)))
  process.kill(pid, 'SIGKILL')
  await until(async () => ((await lives([pid])).length === 0 ? true : undefined))
  await end(folder)
  expect(await lives(pids)).toEqual([])
  expect(await localStatus(folder)).toBeNull()
})
