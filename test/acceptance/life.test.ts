import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bringUp, freePort, type LivingBackend } from './livingBackend.ts'
import { localPlace, type Place } from './place.ts'

const NOTES = 'manifests/notes.yaml'
const JSON_BODY = { 'content-type': 'application/json' }

let place: Place
let notes: LivingBackend
beforeAll(async () => {
  place = await localPlace()
  await place.edit(NOTES, 'port: 8080', `port: ${await freePort()}`)
  notes = await bringUp(place, NOTES)
}, 60_000)
afterAll(async () => {
  notes?.aws.close()
  await place.close()
})

const write = (url: string, text: string) =>
  fetch(`${url}/notes`, { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ text }) })

const read = async (url: string): Promise<string[]> => {
  const { notes } = (await (await fetch(`${url}/notes`)).json()) as { notes: { text: string }[] }
  return notes.map(({ text }) => text)
}

/** As the `aws` command does, past storyarch. */
const stopByHand = (task: string | null) =>
  notes.aws.client(ECSClient).send(
    new StopTaskCommand({
      cluster: notes.outputs['ecs_cluster_name'],
      task: task ?? '',
      reason: 'Manual shutdown',
    }),
  )

test('a backend wakes, is used, is stopped by hand, and wakes again with what was written last', async () => {
  const started = await notes.call()
  expect(started).toMatchObject({
    status: 'started',
    task_arn: expect.stringMatching(/^arn:aws:ecs:us-east-1:\d{12}:task\/notes-dev\/[0-9a-f]{32}$/),
    public_ip: expect.stringMatching(/^127\.\d+\.\d+\.\d+$/),
    message: 'Task starting. Please wait 30-60 seconds for it to be ready.',
  })
  const url = await notes.awaitReady()
  expect(url).toMatch(new RegExp(`^http://${started.public_ip}:\\d+$`))
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await notes.task()).timings).toEqual({
    schedule: expect.any(Number),
    pull: expect.any(Number),
    database: expect.any(Number),
    app: expect.any(Number),
  })
  expect((await write(url, 'the first note')).status).toBe(201)

  await notes.aws.client(ECSClient).send(
    new StopTaskCommand({
      cluster: notes.outputs['ecs_cluster_name'],
      task: started.task_arn ?? '',
      reason: 'Manual shutdown',
    }),
  )
  const asleep = await notes.awaitState(20, 'ASLEEP')
  expect(asleep).toMatchObject({ generation: 1, stopCause: 'ended', exitCodes: { app: 0, agent: 0 } })
  expect(asleep.stopReason).toContain('Manual shutdown')
  expect(await notes.versions()).toHaveLength(1)

  expect(await notes.call()).toMatchObject({ status: 'started', generation: 2 })
  expect(await read(await notes.awaitReady())).toEqual(['the first note'])
}, 60_000)

test('an app that cannot start is a failed start that says so, and is left alone for a while', async () => {
  const server = join(place.folder, 'examples/notes/backend/server.js')
  await writeFile(server, `throw new Error('mistyped')\n${await readFile(server, 'utf8')}`)
  await place.storyarch('up', '--local', '-m', NOTES, '--only', 'infra,backend', '--yes')
  await stopByHand((await notes.task()).taskArn)
  await notes.awaitState(20, 'ASLEEP')
  const { generation } = await notes.call()
  const failed = await notes.awaitState(20, 'ASLEEP')
  expect(failed).toMatchObject({
    generation,
    stopCause: 'failed-start',
    failure: 'app',
    stopReason: 'Container app ended with exit code 1.',
    exitCodes: { app: 1, restore: 0 },
  })
  // Told to end while it was only starting, it had no say yet.
  expect([0, 143]).toContain(failed.exitCodes?.['agent'])
  expect(await notes.call()).toMatchObject({
    status: 'failed',
    failure: 'app',
    message: expect.stringMatching(/exit code 1\. It can be started again in \d+ s\./),
  })
  expect(await notes.log()).toContainEqual(expect.stringContaining('mistyped'))
}, 60_000)
