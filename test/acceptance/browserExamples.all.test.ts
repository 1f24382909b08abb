import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { BackendProcess } from '../examples/backendProcess.ts'
import { startNotes } from '../examples/notesBackend.ts'
import { missingDjango, startStories } from '../examples/storyarchitectBackend.ts'
import { missingChromium, openChromium } from './browser/chromium.ts'
import type { Listening } from './browser/listen.ts'
import { serveSite } from './browser/serveSite.ts'
import { deepLinksWork, notesAreReady, notesWork } from './browser/siteChecks.ts'
import { type StartStub, startStub } from './browser/startStub.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const withoutChromium = missingChromium()
const withoutDjango = withoutChromium ?? missingDjango()

let browser: Browser
let folder: string
let stub: StartStub

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyarch-sites-'))
  if (withoutChromium === undefined) browser = await openChromium()
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true })
})

const newPage = async (): Promise<Page> => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  return page
}

/** A site in front of an app that the start URL calls ready. */
const siteFor = async (frontend: string, app: BackendProcess): Promise<Listening> => {
  stub = await startStub()
  stub.appUrl = app.url
  stub.booted = true
  const config = { version: 'test', api_url: stub.url, start_url: `${stub.url}/start` }
  return serveSite({ folders: [frontend], config, scratch: join(folder, 'module') })
}

describe.skipIf(withoutChromium)(withoutChromium ?? 'the notes in a browser', () => {
  let app: BackendProcess
  let site: Listening

  beforeAll(async () => {
    app = await startNotes(folder)
    site = await siteFor(join(EXAMPLES, 'notes/frontend'), app)
  })
  afterAll(async () => {
    await site?.close()
    await stub?.close()
    await app?.stop()
  })

  test('are written, kept and deleted', async () => {
    await notesWork(await newPage(), site.url)
  })

  test('say how their backend is, and keep what was written meanwhile', async () => {
    stub.state = 'asleep'
    stub.booted = false
    const page = await newPage()
    await page.goto(site.url)
    await page.getByRole('status').filter({ hasText: 'Waking up' }).waitFor()
    await page.getByLabel('New note').fill('early bird')
    await page.getByRole('button', { name: 'Add' }).click()
    stub.booted = true
    await page.getByRole('listitem').filter({ hasText: 'early bird' }).waitFor()
  })

  test('show why a note was refused', async () => {
    const page = await newPage()
    await notesAreReady(page, site.url)
    await page.getByLabel('New note').fill('   ')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('alert').filter({ hasText: 'A note needs a "text".' }).waitFor()
    expect(await page.getByLabel('New note').inputValue()).toBe('   ')
  })

  test('are of use without a mouse, and on a phone', async () => {
    const page = await newPage()
    await page.setViewportSize({ width: 320, height: 640 })
    await notesAreReady(page, site.url)
    await page.keyboard.press('Tab')
    await page.keyboard.type('by keyboard')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('listitem').filter({ hasText: 'by keyboard' }).waitFor()
    const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
    expect(wider).toBe(false)
  })

  test('without a backend say so', async () => {
    const frontend = join(EXAMPLES, 'notes/frontend')
    const config = { version: 'test', api_url: null, start_url: null }
    const alone = await serveSite({ folders: [frontend], config, scratch: join(folder, 'module') })
    onTestFinished(alone.close)
    const page = await newPage()
    await page.goto(alone.url)
    await page.getByRole('status').filter({ hasText: 'This site has no backend.' }).waitFor()
  })
})

describe.skipIf(withoutDjango)(withoutDjango ?? 'the stories in a browser', () => {
  const built = (): string => join(folder, 'frontend', 'dist')
  let app: BackendProcess
  let site: Listening

  beforeAll(async () => {
    const source = join(EXAMPLES, 'storyarchitect/frontend')
    await cp(source, join(folder, 'frontend'), {
      recursive: true,
      filter: path => !/\/(node_modules|dist)$/.test(path),
    })
    // Under the tests' NODE_ENV React would be built for development.
    const { NODE_ENV: _, ...env } = process.env
    const npm = (...words: string[]) =>
      promisify(execFile)('npm', words, { cwd: join(folder, 'frontend'), env })
    await npm('ci', '--prefer-offline')
    await npm('run', 'build')
    await mkdir(join(folder, 'stories'))
    app = await startStories(join(folder, 'stories'))
    site = await siteFor(built(), app)
  }, 300_000)
  afterAll(async () => {
    await site?.close()
    await stub?.close()
    await app?.stop()
  })

  test('are built into a page and hashed assets', async () => {
    expect((await readdir(built())).sort()).toEqual(['assets', 'icon.svg', 'index.html'])
    for (const asset of await readdir(join(built(), 'assets')))
      expect(asset).toMatch(/^index-[\w-]{8}\.(css|js)$/)
  })

  test('have addresses of their own', async () => {
    await deepLinksWork(await newPage(), site.url)
  })

  test('show for how long the backend has been waking', async () => {
    stub.state = 'asleep'
    stub.booted = false
    const page = await newPage()
    await page.goto(site.url)
    await page.getByRole('status').filter({ hasText: 'waking up' }).waitFor()
    await page.getByText(/[1-9]\d* s; it usually takes/).waitFor()
    stub.booted = true
    await page.getByRole('status').filter({ hasText: 'Ready.' }).waitFor()
  })
})
