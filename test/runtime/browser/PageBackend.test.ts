import { describe, expect, test } from 'vitest'
import { PageBackend } from '../../../src/runtime/browser/PageBackend.ts'
import { type FakePage, fakePage } from './fakePage.ts'

const CONFIG = { version: '1', api_url: null, start_url: 'https://api.example/prod/start?x=1' }

const json = (body: unknown, init?: ResponseInit): Response => Response.json(body, init)

const running = (url: string) => ({ status: 'running', ready: true, message: 'Up.', url, expires_at: null })

/** A site whose backend is at `app` at once. */
const siteWith = (app: string): FakePage =>
  fakePage(async url => {
    if (url.pathname.endsWith('storyarch.json')) return json(CONFIG)
    if (url.host === 'api.example') return json(running(app))
    return json({ path: url.pathname })
  })

const opened = async (page: FakePage, wake = true): Promise<PageBackend> => {
  const backend = new PageBackend(page, wake)
  await page.ring()
  await page.ring()
  return backend
}

describe("a page's backend", () => {
  test('is asked at its start URL, whose own query is kept', async () => {
    const page = siteWith('http://app.example:8000')
    await opened(page)
    await page.ring()
    expect(page.requests.map(String)).toEqual([
      'https://site.example/app/storyarch.json',
      'https://api.example/prod/start?x=1',
      'https://api.example/prod/start?x=1&action=ping',
    ])
    expect(page.told).toMatchObject([{ ask: 'start' }, { ask: 'ping' }])
  })

  test('is called by path once it is ready', async () => {
    const page = siteWith('http://app.example:8000/')
    const backend = await opened(page)
    expect(await (await backend.fetch('/api/stories/')).json()).toEqual({ path: '/api/stories/' })
    expect(page.requests.at(-1)?.href).toBe('http://app.example:8000/api/stories/')
  })

  test('tells of a change once, when everything it shows has changed', async () => {
    const page = siteWith('http://app.example:8000')
    const backend = new PageBackend(page, true)
    const seen: unknown[] = []
    backend.addEventListener('change', () => seen.push([backend.state, backend.url, backend.message]))
    await page.ring()
    await page.ring()
    expect(seen).toEqual([['ready', 'http://app.example:8000', 'The backend is ready.']])
  })

  test('that an https page may not call is ready all the same, and says what is wrong', async () => {
    const page = siteWith('http://54.1.2.3:8000')
    page.isSecure = true
    const backend = await opened(page)
    expect(backend).toMatchObject({ state: 'ready', url: 'http://54.1.2.3:8000', callable: false })
    expect(backend.message).toContain('which this page may not call')
    await expect(backend.fetch('/')).rejects.toThrow('http://54.1.2.3:8000')
    expect(page.requests.every(url => url.hostname !== '54.1.2.3')).toBe(true)
  })

  test('is looked at again when a call of the page fails, and the page learns of the failure', async () => {
    const page = siteWith('http://app.example:8000')
    const backend = await opened(page)
    const { answer } = page
    page.answer = async (url, init) => {
      if (url.host === 'app.example:8000') throw new TypeError('Failed to fetch')
      return answer(url, init)
    }
    await expect(backend.fetch('/')).rejects.toThrow('Failed to fetch')
    await page.ring()
    expect(page.requests.at(-1)?.searchParams.get('action')).toBe('status')
  })

  test('is waited for, through every failure', async () => {
    const failures = () => [
      async () => {
        throw new TypeError('Failed to fetch')
      },
      async () => new Response('<html>Bad gateway</html>', { status: 502 }),
      async () => json({ message: 'Too Many Requests' }, { status: 429, headers: { 'retry-after': '5' } }),
      async () => json({ status: 'failed', message: 'Capacity is unavailable.' }, { status: 503 }),
      async () => new Response('<html>No such page, but here is another.</html>'),
    ]
    const before: Record<string, ReturnType<typeof failures>> = {
      'site.example': failures(),
      'api.example': failures(),
    }
    const page = siteWith('http://app.example:8000')
    const { answer } = page
    page.answer = (url, init) => before[url.host]?.shift()?.() ?? answer(url, init)
    const backend = new PageBackend(page, true)
    const states = new Set<string>()
    backend.addEventListener('change', () => states.add(`${backend.state}: ${backend.message}`))
    const ready = backend.ready()
    for (let tries = 0; tries < 12; tries++) await page.ring()
    expect(await ready).toBe('http://app.example:8000')
    expect(states).toContain('offline: The backend cannot be reached.')
    expect(states).toContain('failed: The backend answers with status 502.')
    expect(states).toContain('failed: Capacity is unavailable.')
  })

  test('that failed is left alone for as long as it says, though no header of it can be seen', async () => {
    const failed = { status: 'failed', message: 'It does not start.', retry_after: 120 }
    const page = fakePage(async url =>
      url.host === 'api.example' ? json(failed, { status: 503 }) : json(CONFIG),
    )
    await opened(page)
    const askedAt = page.now()
    await page.ring()
    expect(page.requests).toHaveLength(3)
    expect(page.now() - askedAt).toBe(120_000)
  })

  test('that is not there is not waited for', async () => {
    const page = fakePage(async () => json({ ...CONFIG, start_url: null }))
    const backend = new PageBackend(page, true)
    const ready = backend.ready()
    const refused = expect(ready).rejects.toThrow('This site has no backend.')
    await page.ring()
    await refused
    await expect(backend.fetch('/')).rejects.toThrow('This site has no backend.')
    expect(backend.state).toBe('absent')
  })

  test('is not waited for after the page let go', async () => {
    const page = siteWith('http://app.example:8000')
    const backend = await opened(page)
    backend.stop()
    await expect(backend.ready()).rejects.toThrow('let go')
    backend.wake()
    await page.ring()
    expect(await backend.ready()).toBe('http://app.example:8000')
  })

  test('is shown the token, asked for anew each time; one that cannot be had is no crash', async () => {
    const page = siteWith('http://app.example:8000')
    const sent: (string | null)[] = []
    const { answer } = page
    page.answer = (url, init) => {
      if (url.host === 'api.example') sent.push(new Headers(init?.headers).get('authorization'))
      return answer(url, init)
    }
    let calls = 0
    const withToken: FakePage = Object.assign(page, {
      bearer: async () => {
        if (++calls === 1) throw new Error('The session is over.')
        return `token ${calls}`
      },
    })
    const backend = await opened(withToken)
    expect(backend.state).toBe('offline')
    await page.ring()
    await page.ring()
    expect(sent).toEqual(['Bearer token 2', 'Bearer token 3'])
  })
})
