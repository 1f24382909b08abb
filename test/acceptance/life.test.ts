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
