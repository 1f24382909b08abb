import { appendFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshAws } from '../acceptance/liveStack.ts'
import { openStand, type Stand } from './stand.ts'

let emulator: Awaited<ReturnType<typeof freshAws>>
let stand: Stand
beforeEach(async () => {
  emulator = await freshAws()
  stand = await openStand(emulator.endpoint, { functions: true })
})
afterEach(async () => {
  await stand.close()
  await emulator.close()
})

/** The machine may be busy. */
const WITHIN = { timeout: 15_000 }

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** An app that answers its health path. */
const app = async (): Promise<{ url: string; asked: string[]; server: Server }> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('ok')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server }
}

const eventsOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

describe('wake', () => {
  test('asks for the backend in the name of who asks, and says how to wait for it', async () => {
    const { code, stdout, stderr } = await stand.run('wake')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(
      /Task starting. It stops in (5 min|4 min 5\d s) unless somebody pings\. \(generation 1\)/,
    )
    expect(stderr).toContain('storyarch wake --wait')
    expect(await stand.item()).toMatchObject({
      state: { S: 'STARTING' },
      woken_by: { S: expect.stringMatching(/^[\w.-]+$/) },
    })
  })

  test('extends a running one and prints where it answers', async () => {
    await stand.put({ state: 'READY', generation: 4, url: 'http://127.0.0.1:9', expires_at: 1 })
    const { code, stdout } = await stand.run('wake')
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'http://127.0.0.1:9\n' })
    expect(Number((await stand.item())['expires_at']?.N)).toBeGreaterThan(nowSeconds())
  })

  test('--wait returns once the app answers its health path, with the phases of the cold start', async () => {
    const { url, asked, server } = await app()
    const running = stand.start('wake', '--wait', '--json')
    for await (const line of createInterface({ input: running.stdout })) {
      if (JSON.parse(line).type !== 'started') continue
      const started_at = Number((await stand.item())['started_at']?.N)
      const timings = { schedule: 1000, pull: 2000, database: 300, app: 700 }
      await stand.put({ state: 'READY', url, started_at, ready_at: started_at + 4, timings })
      break
    }
    running.stdout.resume()
    const { code, stdout } = await running.ended
    server.close()
    expect(asked).toContain('/health')
    const events = eventsOf(stdout)
    expect(events.find(({ type }) => type === 'ready')).toMatchObject({
      url,
      generation: 1,
      coldStart: { totalMs: 4000, phases: { schedule: 1000, pull: 2000, database: 300, app: 700 } },
    })
    expect(events.at(-1)).toMatchObject({ type: 'summary', exitCode: 0, outputs: { app_url: url } })
    expect(code).toBe(0)
  })

  test('--wait at a running backend returns at once', async () => {
    const { url, server } = await app()
    await stand.put({ state: 'READY', generation: 2, url, started_at: nowSeconds(), ready_at: nowSeconds() })
    const { code, stdout, stderr } = await stand.run('wake', '--wait')
    server.close()
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${url}\n` })
    expect(stderr).toContain('The backend is running.')
  })

  test('--wait fails with the recorded reason when the start comes to nothing', async () => {
    const running = stand.start('wake', '--wait')
    await expect.poll(async () => (await stand.item())['state']?.S, WITHIN).toBe('STARTING')
    await stand.put({
      state: 'ASLEEP',
      failure: 'image',
      stop_reason: 'The image could not be pulled: gone.',
    })
    const { code, stdout, stderr } = await running.ended
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('The backend did not start: The image could not be pulled: gone.')
    expect(stderr).toContain('storyarch logs task')
  })

  test('--wait while it stops waits for the next start', async () => {
    const { url, server } = await app()
    await stand.put({ state: 'STOPPING', generation: 3, stop_cause: 'idle' })
    const running = stand.start('wake', '--wait')
    await expect.poll(async () => (await stand.item())['want_again']?.BOOL, WITHIN).toBe(true)
    await stand.put({ state: 'READY', generation: 4, url, started_at: nowSeconds(), ready_at: nowSeconds() })
    expect(await running.ended).toMatchObject({ code: 0, stdout: `${url}\n` })
    server.close()
  })

  test('a start that is refused is an error with its reason', async () => {
    await stand.put({ refuse: 'The last start failed. It can be started again in 20 s.' })
    const { code, stderr } = await stand.run('wake')
    expect(code).toBe(1)
    expect(stderr).toContain('It can be started again in 20 s.')
  })

  test.each([['wake', '--wait'], ['stop']])(
    '%s asks nothing of a stack in an account that the manifest does not name',
    async (...words) => {
      await stand.put({ state: 'READY', generation: 4 })
      await appendFile(join(stand.folder, 'storyarch.yaml'), 'account: "999999999999"\n')
      const { code, stdout, stderr } = await stand.run(...words, '--json')
      expect(code).toBe(1)
      expect(stderr).toContain('The manifest belongs to account 999999999999')
      // Who it is: no more is asked.
      expect(eventsOf(stdout).at(-1)).toMatchObject({ type: 'summary', reads: 1, writes: 0 })
    },
  )

  test('Ctrl-C leaves the start to itself and says how to go on', async () => {
    const running = stand.start('wake', '--wait')
    await expect.poll(async () => (await stand.item())['state']?.S, WITHIN).toBe('STARTING')
    running.kill('SIGINT')
    const { code, stderr } = await running.ended
    expect(code).toBe(130)
    expect(stderr).toContain('To go on: storyarch wake --wait')
  })
})

describe('ping', () => {
  test('extends a running backend', async () => {
    await stand.put({ state: 'READY', generation: 4, expires_at: 1 })
    const { code, stdout } = await stand.run('ping', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, type: 'ping', status: 'running', generation: 4 })
    expect(Number((await stand.item())['last_ping_at']?.N)).toBeGreaterThan(nowSeconds() - 60)
  })

  test('starts nothing: exit code 1 when nothing runs', async () => {
    const { code, stderr } = await stand.run('ping')
    expect(code).toBe(1)
    expect(stderr).toContain('The backend is not running.')
    expect((await stand.item())['state']).toBeUndefined()
  })
})
