import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../src/runtime/browser/api.ts'
import { missingChromium, openChromium, setVisible } from './browser/chromium.ts'
import type { Listening } from './browser/listen.ts'
import { serveSite } from './browser/serveSite.ts'
import { type StartStub, startStub } from './browser/startStub.ts'

const MINUTE = 60_000
const withoutChromium = missingChromium()

const pageWith = (options: string): string => `<!doctype html><title>A page</title>
  <script type="module">import { connect } from './storyarch.js'
  window.backend = connect(${options})</script>`

describe.skipIf(withoutChromium)(withoutChromium ?? 'storyarch.js in a browser', () => {
  let browser: Browser
  let context: BrowserContext
  let scratch: string
  let stub: StartStub
  let site: Listening
  let complaints: string[]

  beforeAll(async () => {
    browser = await openChromium()
    scratch = await mkdtemp(join(tmpdir(), 'storyarch-browser-'))
  })
  afterAll(async () => {
    await browser?.close()
    await rm(scratch, { recursive: true })
  })

  beforeEach(async () => {
    complaints = []
    context = await browser.newContext()
    stub = await startStub()
    site = await serveSite({
      folders: [],
      files: {
        '/index.html': pageWith(''),
        '/look.html': pageWith('{ wake: false }'),
        '/token.html': pageWith('{ token: async () => "let me in" }'),
      },
      config: { version: 'test', api_url: stub.url, start_url: `${stub.url}/start` },
      scratch,
    })
  })
  afterEach(async () => {
    await context.close()
    await site.close()
    await stub.close()
    expect(complaints).toEqual([])
  })

  /** Its clock stands still until `runFor`. */
  const open = async (path = '/'): Promise<Page> => {
    const page = await context.newPage()
    page.on('pageerror', error => complaints.push(String(error)))
    await page.clock.install()
    await page.goto(site.url + path)
    await page.clock.pauseAt(Date.now() + 1000)
    return page
  }

  const tell = <Told>(page: Page, look: (backend: Backend) => Told): Promise<Told> =>
    page.evaluate(`(${look})(window.backend)`)

  /** Lets the page's clock run, a little at a time, until what it knows is so. */
  const until = (page: Page, state: string, stepMs = 500): Promise<void> =>
    expect
      .poll(
        async () => {
          await page.clock.runFor(stepMs)
          return tell(page, backend => backend.state)
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe(state)

  const awake = async (): Promise<Page> => {
    stub.booted = true
    const page = await open()
    await until(page, 'ready')
    return page
  }

  test('wakes the backend, waits, and tells where it answers', async () => {
    const page = await open()
    await until(page, 'waking')
    await until(page, 'waking')
    stub.booted = true
    const url = tell(page, backend => backend.ready())
    await until(page, 'ready')
    expect(await url).toBe(stub.appUrl)
    expect(stub.asked.slice(0, 2)).toEqual(['start', 'status'])
    expect(stub.asked.filter(action => action === 'start')).toHaveLength(1)
  })

  test('pings while it is looked at, not while it is hidden, and again when it is shown', async () => {
    const page = await awake()
    const pings = () => stub.asked.filter(action => action === 'ping').length
    for (let minute = 0; minute < 3; minute++) {
      const before = pings()
      await page.clock.runFor(MINUTE)
      await expect.poll(pings).toBe(before + 1)
      await expect.poll(() => tell(page, backend => backend.answer?.['generation'])).toBe(stub.asked.length)
    }
    await setVisible(page, false)
    const before = stub.asked.length
    await page.clock.runFor(30 * MINUTE)
    // A request that the page had made would be here before this one's answer.
    await page.evaluate(url => fetch(url), `${stub.url}/?action=marker`)
    expect(stub.asked.slice(before)).toEqual(['marker'])
    await setVisible(page, true)
    await page.clock.runFor(1000)
    await expect.poll(() => stub.asked.slice(before)).toEqual(['marker', 'ping'])
  })

  test('shown again after the backend fell asleep, it wakes it', async () => {
    const page = await awake()
    await setVisible(page, false)
    stub.state = 'asleep'
    await setVisible(page, true)
    await until(page, 'waking')
    await until(page, 'ready')
    expect(stub.asked.filter(action => action === 'start')).toHaveLength(2)
  })

  test('backs off while nobody answers, and recovers', async () => {
    const page = await awake()
    stub.mood = 'down'
    await until(page, 'offline', 10_000)
    const before = stub.asked.length
    for (let second = 0; second < 120; second++) await page.clock.runFor(1000)
    expect(stub.asked.length - before).toBeLessThan(10)
    stub.mood = 'well'
    await until(page, 'ready', 5000)
  })

  test('waits as long as it is told to', async () => {
    stub.mood = 'busy'
    const page = await open()
    await expect
      .poll(async () => {
        await page.clock.runFor(500)
        return stub.asked
      })
      .toEqual(['start'])
    // The page has its own answer before this one's.
    await page.evaluate(url => fetch(url), `${stub.url}/?action=marker`)
    for (let second = 0; second < 110; second++) await page.clock.runFor(1000)
    expect(stub.asked).toEqual(['start', 'marker'])
    stub.mood = 'well'
    stub.booted = true
    await until(page, 'ready', 5000)
  })

  test('says why the backend cannot start', async () => {
    stub.mood = 'failing'
    const page = await open()
    await until(page, 'failed')
    expect(await tell(page, backend => backend.message)).toBe('The backend is failed.')
  })

  test('looks without waking until somebody calls the app', async () => {
    stub.booted = true
    stub.appUrl = site.url
    const page = await open('/look.html')
    await until(page, 'asleep')
    expect(stub.asked).toEqual(['status'])
    const called = tell(page, backend => backend.fetch('/storyarch.json').then(answer => answer.json()))
    await until(page, 'ready')
    expect(await called).toMatchObject({ version: 'test' })
  })

  test('learns from another page of the site, and is one for each page', async () => {
    const first = await awake()
    const generation = () => tell(first, backend => backend.answer?.['generation'])
    const before = await generation()
    const second = await open()
    await until(second, 'ready')
    // The first page's clock stands still: it asked nothing itself.
    await expect.poll(generation).toBe(stub.asked.length)
    expect(await generation()).not.toBe(before)
    const same = await second.evaluate(
      `import('./storyarch.js?copy').then(({ connect }) => connect() === window.backend)`,
    )
    expect(same).toBe(true)
  })

  test('shows the token it was given', async () => {
    stub.booted = true
    const page = await open('/token.html')
    await until(page, 'ready')
    expect(new Set(stub.bearers)).toEqual(new Set(['Bearer let me in']))
  })

  test('asks no more once the page lets go', async () => {
    const page = await awake()
    await tell(page, backend => backend.stop())
    const before = stub.asked.length
    await page.clock.runFor(10 * MINUTE)
    await page.evaluate(url => fetch(url), `${stub.url}/?action=marker`)
    expect(stub.asked.slice(before)).toEqual(['marker'])
    await expect(tell(page, backend => backend.ready())).rejects.toThrow('let go')
  })
})
