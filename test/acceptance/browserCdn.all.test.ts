import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { missingChromium, openChromium } from './browser/chromium.ts'
import { localPlace, type Place } from './place.ts'

const missing = missingChromium()
const STACK = ['--local', '-m', 'manifests/storyarchitect.yaml', '--yes']
const SOURCE = 'examples/storyarchitect/frontend/index.html'

describe.skipIf(missing)(missing ?? 'the stories, shipped and seen through the embedded CDN', () => {
  let place: Place
  let browser: Browser
  let siteUrl: string

  const up = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await place.storyarch('up', ...STACK, ...words)
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('failed')])
    return /^site_url +(\S+)$/m.exec(stdout)?.[1] ?? ''
  }

  beforeAll(async () => {
    place = await localPlace()
    siteUrl = await up()
    browser = await openChromium()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await place?.close()
  })

  /** A page of its own; an error in it fails the test. */
  const newPage = async (): Promise<Page> => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', error => errors.push(String(error)))
    onTestFinished(async () => {
      await context.close()
      expect(errors).toEqual([])
    })
    return page
  }

  /** Answers the start URL as a task manager does whose backend is up; the list of what was asked grows. */
  const withBackendUp = async (page: Page): Promise<string[]> => {
    const asked: string[] = []
    await page.route(/\/prod\/start(\?|$)/, route => {
      asked.push(new URL(route.request().url()).searchParams.get('action') ?? 'start')
      const expires_at = Math.floor(Date.now() / 1000) + 300
      const url = 'http://127.0.0.1:9'
      return route.fulfill({ json: { status: 'running', ready: true, message: 'Up.', url, expires_at } })
    })
    return asked
  }

  test('a deep link is the app’s own page, and what is missing below assets is missing', async () => {
    const page = await newPage()
    await withBackendUp(page)
    const answer = await page.goto(`${siteUrl}/stories/12`)
    expect([answer?.status(), answer?.headers()['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    await page.getByRole('banner').waitFor()
    expect((await fetch(`${siteUrl}/assets/none.js`)).status).toBeGreaterThanOrEqual(400)
  })

  test('assets are kept for a year, pages are asked for each time, text is compressed', async () => {
    const html = await fetch(siteUrl)
    const asset = /src="(\/assets\/[^"]+\.js)"/.exec(await html.text())?.[1] ?? ''
    const script = await fetch(`${siteUrl}${asset}`)
    await script.arrayBuffer()
    expect(html.headers.get('cache-control')).toBe('no-cache')
    expect(Object.fromEntries(script.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': expect.stringMatching(/br|gzip/),
      'x-content-type-options': 'nosniff',
    })
  })

  test('the module beside the app wakes the backend, and pings while the tab is looked at', async () => {
    const page = await newPage()
    const asked = await withBackendUp(page)
    await page.clock.install()
    await page.goto(siteUrl)
    await expect.poll(() => asked.includes('start')).toBe(true)
    await expect
      .poll(async () => {
        await page.clock.fastForward(61_000)
        return asked.includes('ping')
      })
      .toBe(true)
  })

  test('a deploy under an open tab breaks nothing: it has its files, and a new tab the new build', async () => {
    const page = await newPage()
    await withBackendUp(page)
    await page.goto(`${siteUrl}/stories/12`)
    const scripts = await page.evaluate<string[]>(
      "[...document.scripts].map(({ src }) => src).filter(src => src.includes('/assets/'))",
    )
    expect(scripts.length).toBeGreaterThan(0)
    const before = await Promise.all(scripts.map(async src => (await fetch(src)).text()))

    const path = join(place.folder, SOURCE)
    const main = join(place.folder, 'examples/storyarchitect/frontend/src/main.tsx')
    await writeFile(path, (await readFile(path, 'utf8')).replace(/<title>[^<]*/, '<title>The new build'))
    await writeFile(
      main,
      `${await readFile(main, 'utf8')}\ndocument.documentElement.dataset['build'] = 'new'\n`,
    )
    await up('--only', 'frontend')

    expect(await Promise.all(scripts.map(async src => (await fetch(src)).text()))).toEqual(before)
    await page.goto(`${siteUrl}/stories/13`)
    const young = await newPage()
    await withBackendUp(young)
    await young.goto(siteUrl)
    await expect.poll(() => young.evaluate('document.documentElement.dataset.build')).toBe('new')
  }, 120_000)
})
