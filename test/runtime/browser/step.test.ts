import { expect, test } from 'vitest'
import type { Answer } from '../../../src/runtime/browser/api.ts'
import { BOOT_MS, LIFETIME_MS, PING_MS, Simulation } from './simulation.ts'

const MINUTE = 60_000

const awake = (): Simulation => {
  const page = new Simulation('wake')
  page.pass(BOOT_MS + 5000)
  expect(page.watch.state).toBe('ready')
  return page
}

const answer = (status: Answer['status'], more: Partial<Answer> = {}): Answer => ({
  status,
  ready: false,
  message: '',
  url: null,
  expires_at: null,
  ...more,
})

test('a page that opens reads its configuration, starts the backend once and waits until it is ready', () => {
  const page = new Simulation('wake')
  page.pass(1000)
  expect(page.questions(0).slice(0, 3)).toEqual(['config', 'start', 'status'])
  expect(page.watch).toMatchObject({ state: 'waking', message: 'starting', url: null })
  page.pass(BOOT_MS + 5000)
  expect(page.watch).toMatchObject({ state: 'ready', url: 'http://app.example:8000', wakingSince: null })
  expect(page.questions(0).filter(ask => ask === 'start')).toHaveLength(1)
  // Forty seconds of waiting are some twenty looks.
  expect(page.asked.length).toBeLessThan(30)
})

test('pings about once a minute while it is visible, and nobody goes to sleep', () => {
  const page = awake()
  const from = page.now
  page.pass(60 * MINUTE)
  expect(page.watch.state).toBe('ready')
  expect(new Set(page.questions(from))).toEqual(new Set(['ping']))
  expect(page.questions(from).length).toBeGreaterThanOrEqual(59)
  expect(page.questions(from).length).toBeLessThan(68)
})

test('a short life is pinged three times before it ends', () => {
  const page = awake()
  page.watch = { ...page.watch, expiresAt: page.now + 9000, pingedAt: page.now }
  page.happened({
    type: 'overheard',
    ask: 'ping',
    answer: answer('running', { ready: true, expires_at: page.now / 1000 + 9 }),
  })
  expect((page.watch.next?.at ?? 0) - page.now).toBeLessThanOrEqual(3000)
})

test('a hidden page asks nothing; shown again within the life of the backend it pings at once', () => {
  const page = awake()
  page.happened({ type: 'hidden' })
  const from = page.now
  page.pass(2 * MINUTE)
  expect(page.questions(from)).toEqual([])
  page.happened({ type: 'shown' })
  expect(page.watch.state).toBe('ready')
  page.pass(200)
  expect(page.questions(from)).toEqual(['ping'])
})

test('shown after the backend went to sleep, it wakes it again and hands out no address before', () => {
  const page = awake()
  page.happened({ type: 'hidden' })
  page.pass(LIFETIME_MS + MINUTE)
  page.happened({ type: 'shown' })
  expect(page.watch).toMatchObject({ state: 'connecting', url: null })
  page.pass(BOOT_MS + 10_000)
  expect(page.watch.state).toBe('ready')
  expect(page.backend.starts).toBe(2)
})

test('a page that opens in the background wakes nobody until it is looked at', () => {
  const page = new Simulation('wake')
  page.happened({ type: 'hidden' })
  page.pass(10 * MINUTE)
  expect(page.asked).toEqual([])
  page.happened({ type: 'shown' })
  page.pass(1000)
  expect(page.backend.starts).toBe(1)
})

test('one lost ping is no news; a second one is, and then it comes back by itself', () => {
  const page = awake()
  page.backend.mood = 'down'
  const from = page.now
  page.pass((page.watch.next?.at ?? 0) - page.now + 200)
  expect(page.questions(from)).toEqual(['ping'])
  expect(page.watch).toMatchObject({ state: 'ready', failures: 1 })
  page.pass(10_000)
  expect(page.watch).toMatchObject({ state: 'offline', url: null, message: 'down' })
  page.backend.mood = 'well'
  page.pass(30_000)
  expect(page.watch.state).toBe('ready')
})

test('it asks ever less often while nobody answers', () => {
  const page = new Simulation('wake')
  page.pass(1000)
  page.backend.mood = 'down'
  page.pass(2 * MINUTE)
  const from = page.now
  page.pass(60 * MINUTE)
  expect(page.questions(from).length).toBeGreaterThan(50)
  expect(page.questions(from).length).toBeLessThan(130)
})

test('told to wait, it waits; and too many visitors are no fault of the backend', () => {
  const page = awake()
  page.backend.mood = 'busy'
  page.backend.retryAfterMs = 20 * MINUTE
  page.pass(PING_MS + 200)
  const from = page.now
  page.happened({ type: 'hidden' })
  page.happened({ type: 'shown' })
  page.happened({ type: 'wake' })
  page.pass(19 * MINUTE)
  expect(page.questions(from)).toEqual([])
  expect(page.watch).toMatchObject({ failures: 0, url: 'http://app.example:8000' })
  page.backend.mood = 'well'
  page.pass(MINUTE)
  expect(page.questions(from).length).toBeGreaterThan(0)
})

test('a backend that cannot start says why, and is tried again with long breaks', () => {
  const page = new Simulation('wake')
  page.backend.mood = 'failing'
  page.pass(1000)
  expect(page.watch).toMatchObject({ state: 'failed', message: 'failed' })
  page.pass(30 * MINUTE)
  expect(page.questions(0).length).toBeLessThan(20)
  page.backend.mood = 'well'
  page.pass(6 * MINUTE)
  expect(page.watch.state).toBe('ready')
})

test('a start that answers "stopped" does not become a storm', () => {
  const page = new Simulation('wake')
  page.pass(1000)
  page.happened({ type: 'overheard', ask: 'start', answer: answer('stopped') })
  expect(page.watch.state).toBe('failed')
  expect((page.watch.next?.at ?? 0) - page.now).toBeGreaterThan(4000)
})

test('a backend that is going to sleep is asked to come back', () => {
  const page = awake()
  page.happened({ type: 'overheard', ask: 'ping', answer: answer('stopping', { message: 'Saving.' }) })
  expect(page.watch).toMatchObject({ state: 'waking', message: 'Saving.', url: null, next: { ask: 'start' } })
})

test('a wake that takes longer than the backend lives is pinged meanwhile', () => {
  const page = new Simulation('wake')
  page.pass(300)
  page.backend.readyAt = page.now + 3 * LIFETIME_MS
  page.pass(3 * LIFETIME_MS + 5000)
  expect(page.watch.state).toBe('ready')
  expect(page.backend.starts).toBe(1)
})

test('a page that only looks wakes nobody and keeps nobody awake', () => {
  const page = new Simulation('look')
  page.pass(10 * MINUTE)
  expect(page.questions(0)).toEqual(['config', 'status'])
  expect(page.watch).toMatchObject({ state: 'asleep', message: 'The backend is asleep.' })
  page.happened({ type: 'wake' })
  page.pass(BOOT_MS + 5000)
  expect(page.watch.state).toBe('ready')
})

test('a page that let go asks nothing, whatever happens, until it wants the backend again', () => {
  const page = awake()
  page.pass(PING_MS)
  page.happened({ type: 'stop' })
  const from = page.now
  page.happened({ type: 'hidden' })
  page.happened({ type: 'shown' })
  page.happened({ type: 'doubt' })
  page.pass(60 * MINUTE)
  expect(page.questions(from)).toEqual([])
  expect(page.watch).toMatchObject({ state: 'asleep', url: null })
  page.happened({ type: 'wake' })
  page.pass(BOOT_MS + 5000)
  expect(page.watch.state).toBe('ready')
})

test('an answer that arrives after the page let go changes nothing', () => {
  const page = new Simulation('wake')
  page.pass(150)
  expect(page.watch.asking).toBe('start')
  page.happened({ type: 'stop' })
  page.pass(MINUTE)
  expect(page.watch).toMatchObject({ state: 'asleep', asking: null, next: null })
})

test('what another page was told spares this one its own question', () => {
  const page = awake()
  page.happened({ type: 'wake' })
  page.pass(1000)
  const from = page.now
  for (let minute = 0; minute < 30; minute++) {
    page.pass(30_000)
    const expires_at = (page.now + LIFETIME_MS) / 1000
    page.happened({
      type: 'overheard',
      ask: 'ping',
      answer: answer('running', { ready: true, url: 'x', expires_at }),
    })
  }
  expect(page.questions(from)).toEqual([])
})

test('a failed call of the page looks at once, and looking puts off no ping', () => {
  const page = awake()
  const from = page.now
  for (let n = 0; n < 100; n++) {
    page.happened({ type: 'doubt' })
    page.pass(5000)
  }
  const pings = page.questions(from).filter(ask => ask === 'ping')
  expect(pings.length).toBeGreaterThanOrEqual(8)
  page.backend.expiresAt = page.now
  page.happened({ type: 'doubt' })
  page.pass(1000)
  expect(page.watch.state).toBe('waking')
})

test('a site without a backend is told so, and asks no more', () => {
  const page = new Simulation('wake')
  page.happened({ type: 'configured', config: { startUrl: null, apiUrl: null, pingMs: PING_MS } })
  for (const type of ['shown', 'wake', 'stop', 'hidden', 'doubt'] as const) page.happened({ type })
  page.pass(60 * MINUTE)
  expect(page.asked).toEqual([])
  expect(page.watch).toMatchObject({ state: 'absent', message: 'This site has no backend.' })
})

test('an app without an address of its own is where the API is, or else the site', () => {
  const page = awake()
  const ready = answer('running', { ready: true })
  page.happened({ type: 'overheard', ask: 'status', answer: ready })
  expect(page.watch.url).toBe('')
  page.watch = { ...page.watch, config: { startUrl: 'x', apiUrl: 'https://api.example', pingMs: PING_MS } }
  page.happened({ type: 'overheard', ask: 'status', answer: ready })
  expect(page.watch.url).toBe('https://api.example')
})
