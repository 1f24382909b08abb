import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AwsError } from '../../../src/emulator/service.ts'
import { runAgent, startAgent } from './agentProcess.ts'
import { addPost, appOpens, databaseOf, posts } from './databases.ts'
import { openStage, type Scene } from './stage.ts'

let stage: Awaited<ReturnType<typeof openStage>>
let scene: Scene
let app: Server
let healthy: boolean
let agent: ReturnType<typeof startAgent> | null = null

beforeAll(async () => {
  stage = await openStage()
})
beforeEach(async () => {
  stage.intercept = () => undefined
  scene = await stage.scene()
  await scene.put(databaseOf(['first']))
  healthy = true
  app = createServer((request, response) => {
    response.writeHead(healthy && request.url === '/health' ? 204 : 503).end()
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
})
afterEach(async () => {
  agent?.signal('SIGKILL')
  await agent?.ended
  agent = null
  app.close()
  scene.clean()
})
afterAll(() => stage.close())

const port = () => (app.address() as AddressInfo).port

/** Restores, and starts the agent beside the app. */
const begin = async (env: Record<string, string> = {}) => {
  expect((await runAgent('restore', scene.env)).code).toBe(0)
  agent = startAgent('run', { ...scene.env, PORT: String(port()), ...env })
  return agent
}

const ended = async (agent: ReturnType<typeof startAgent>) => {
  const code = await agent.ended
  return { code, saved: agent.events.find(({ event }) => event === 'saved')?.['outcome'] }
}

const add = (text: string) => {
  const database = appOpens(scene.path)
  addPost(database, text)
  database.close()
}

const stored = async (folder = '') => {
  const found = (await scene.stored()).find(({ key }) =>
    folder === '' ? key === scene.key : key.startsWith(folder),
  )
  return found === undefined ? null : posts(scene.onDisk(found.bytes))
}

describe('beside the app', () => {
  test('tells when the app answers, how long each part took, and pings for whoever waited', async () => {
    let pings = 0
    stage.intercept = ({ operation, input }, phase) => {
      if (operation === 'PutMetricData' && phase === 'after') pings += 1
      expect(JSON.stringify(input)).not.toContain('undefined')
      return undefined
    }
    healthy = false
    const agent = await begin()
    await agent.seen('watching')
    expect((await scene.table.task()).state).toBe('STARTING')
    healthy = true
    await agent.seen('ready')
    await expect.poll(() => pings).toBe(1)
    const task = await scene.table.task()
    expect(task).toMatchObject({ state: 'READY', taskArn: scene.taskArn })
    expect(Object.keys(task.timings ?? {}).sort()).toEqual(['app', 'database', 'pull', 'schedule'])
    expect(task.expiresAt).toBeGreaterThanOrEqual(Math.floor(task.readyAt ?? 0) + 300)
  })

  test('says that it lives, turn by turn', async () => {
    const agent = await begin()
    await agent.seen('ready')
    await scene.table.put({ heartbeat_at: 1 })
    await expect
      .poll(async () => (await scene.table.task()).heartbeatAt, { timeout: 12_000 })
      .toBeGreaterThan(1)
  })

  test('gives up an app that does not become healthy, says why, and leaves', async () => {
    healthy = false
    const agent = await begin({ START_DEADLINE_SECONDS: '1' })
    expect(await ended(agent)).toEqual({ code: 0, saved: 'unchanged' })
    expect(await scene.table.task()).toMatchObject({
      state: 'STOPPING',
      stopCause: 'failed-start',
      stoppedBy: 'agent',
      failure: 'unhealthy',
      stopReason: expect.stringMatching(/start deadline of 1 s; last, it answered 503/),
    })
  })

  test('an app that says it is busy, or is connected to, lives on', async () => {
    const agent = await begin({ IDLE_SIGNAL: 'connections' })
    await agent.seen('ready')
    const busy = `http://127.0.0.1:${scene.env['AGENT_PORT']}/busy`
    const put = (body: string) => fetch(busy, { method: 'PUT', body })
    expect([(await put('{"until": "soon"}')).status, (await fetch(busy)).status]).toEqual([400, 405])
    const until = Math.floor(Date.now() / 1000) + 100_000
    expect((await put(JSON.stringify({ until }))).status).toBe(200)
    const expiresAt = async () => (await scene.table.task()).expiresAt
    await scene.table.put({ expires_at: Math.floor(Date.now() / 1000) - 5 })
    await expect.poll(expiresAt, { timeout: 12_000 }).toBeGreaterThan(Date.now() / 1000 + 200)
    // When it is done before that, nobody pays for the rest.
    expect(await expiresAt()).toBeLessThan(Date.now() / 1000 + 400)
    expect((await put('{"until": null}')).status).toBe(200)

    const used = connect(port(), '127.0.0.1')
    await once(used, 'connect')
    await scene.table.put({ expires_at: Math.floor(Date.now() / 1000) - 5 })
    await expect.poll(expiresAt, { timeout: 12_000 }).toBeGreaterThan(Date.now() / 1000 + 200)
    used.destroy()
  })
})

describe('the end', () => {
  test('of its time, with all stoppers silent, is decided and recorded by the agent', async () => {
    const agent = await begin()
    await agent.seen('ready')
    add('second')
    await scene.table.put({ expires_at: Math.floor(Date.now() / 1000) - 100 })
    // ECS knows no such task, so the agent is on its own.
    expect(await ended(agent)).toEqual({ code: 0, saved: 'published' })
    expect(agent.events).toContainEqual(
      expect.objectContaining({ event: 'app-outlives-agent', frozen: true }),
    )
    expect(await scene.table.task()).toMatchObject({
      state: 'STOPPING',
      stopCause: 'idle',
      stoppedBy: 'agent',
    })
    expect(await stored()).toEqual(['first', 'second'])
  })

  test('an app that outlives the agent is told of no commit that is not saved', async () => {
    const agent = await begin()
    await agent.seen('ready')
    const refused: unknown[] = []
    stage.intercept = ({ operation }, phase) => {
      if (operation !== 'PutObject' || phase !== 'before') return undefined
      const database = new DatabaseSync(scene.path, { timeout: 1 })
      try {
        expect(posts(scene.path)).toEqual(['first'])
        addPost(database, 'too late')
      } catch (error) {
        refused.push((error as Error).message)
      } finally {
        database.close()
      }
      return undefined
    }
    const app = appOpens(scene.path)
    app.exec('CREATE TABLE changed (a)')
    app.close()
    await scene.table.put({ expires_at: Math.floor(Date.now() / 1000) - 100 })
    expect(await ended(agent)).toEqual({ code: 0, saved: 'published' })
    expect(refused).toEqual([expect.stringContaining('locked')])
  })

  test('of a task that another generation follows: its data never becomes the head', async () => {
    const agent = await begin()
    await agent.seen('ready')
    add('of the stale task')
    await scene.table.put({ generation: 8, task_arn: 'arn:of:the:next' })
    expect(await ended(agent)).toEqual({ code: 0, saved: 'conflict' })
    expect(await stored()).toEqual(['first'])
    expect(await stored('conflicts/')).toEqual(['first', 'of the stale task'])
    expect(await scene.table.task()).toMatchObject({ generation: 8, taskArn: 'arn:of:the:next' })
  })

  test('by ECS, of a task that another generation follows: neither', async () => {
    const agent = await begin()
    await agent.seen('ready')
    add('of the stale task')
    await scene.table.put({ generation: 8, task_arn: 'arn:of:the:next' })
    agent.signal('SIGTERM')
    expect(await ended(agent)).toEqual({ code: 0, saved: 'conflict' })
    expect(await stored()).toEqual(['first'])
  })

  test('by ECS while the table is silent: S3 alone guards the head, and the data is stored', async () => {
    const agent = await begin()
    await agent.seen('ready')
    add('second')
    stage.intercept = ({ service }) =>
      service === 'dynamodb' ? new AwsError('InternalServerError', 'down', { status: 500 }) : undefined
    agent.signal('SIGTERM')
    expect(await ended(agent)).toEqual({ code: 0, saved: 'published' })
    expect(await stored()).toEqual(['first', 'second'])
  })
})
