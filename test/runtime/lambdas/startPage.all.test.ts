import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Auth } from '../../../src/runtime/lambdas/authorize.ts'
import type { HttpResponse } from '../../../src/runtime/lambdas/http.ts'
import { manageTask } from '../../../src/runtime/lambdas/manageTask.ts'
import { missingChromium, openChromium } from '../../acceptance/browser/chromium.ts'
import { freshAws, openWorld } from '../../acceptance/liveStack.ts'
import { request, type StackOnAws, stackOnAws } from './stackOnAws.ts'

const without = missingChromium()

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.skipIf(without)(without ?? 'the start page in a browser', () => {
  let browser: Browser
  let emulator: Awaited<ReturnType<typeof freshAws>>
  let aws: ReturnType<typeof openWorld>['session']
  let stack: StackOnAws
  let auth: Auth = { mode: 'none' }
  let page: Page
  let complaints: string[]
  let made = 0

  /** API Gateway's place in front of the manager. */
  const api = createServer(async ({ url = '', method = '', headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://api')
    if (pathname !== '/prod/start') return response.writeHead(404).end()
    const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]))
    const event = request(Object.fromEntries(searchParams), { method, headers: texts })
    const answer = (await manageTask(event, auth, stack.doors())) as HttpResponse
    return response.writeHead(answer.statusCode, answer.headers).end(answer.body)
  })
  const app = createServer((_, response) => response.end('the app itself'))
  let apiUrl: string
  let appUrl: string

  beforeAll(async () => {
    ;[browser, emulator, apiUrl, appUrl] = await Promise.all([
      openChromium(),
      freshAws(),
      listening(api),
      listening(app),
    ])
    aws = openWorld(emulator.endpoint, 'us-east-1').session
  })
  afterAll(async () => {
    await browser?.close()
    aws.close()
    await emulator.close()
    for (const server of [api, app]) {
      server.closeAllConnections()
      server.close()
    }
  })
  beforeEach(async () => {
    auth = { mode: 'none' }
    stack = await stackOnAws(aws, emulator.endpoint, `page-${++made}`)
    page = await browser.newPage()
    complaints = []
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  })
  afterEach(() => page.close())

  /** What the agent does when the app answers. */
  const becomeReady = async () =>
    stack.put({ ...(await stack.item()), state: { S: 'READY' }, url: { S: appUrl } })

  const message = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

  test('wakes the backend, waits, and goes to the app', async () => {
    await page.goto(`${apiUrl}/prod/start`)
    await message('The backend is starting.')
    expect(await page.getByRole('progressbar').isVisible()).toBe(true)
    expect(await stack.item()).toMatchObject({ state: { S: 'STARTING' }, generation: { N: '1' } })
    await becomeReady()
    await page.getByText('the app itself').waitFor()
    expect(page.url()).toBe(`${appUrl}/`)
    expect(complaints).toEqual([])
  })

  test('tells why a start failed, and starts again when told to', async () => {
    const stopped_at = { N: String(Math.floor(Date.now() / 1000) - 300) }
    await page.goto(`${apiUrl}/prod/start`)
    await stack.put({
      state: { S: 'ASLEEP' },
      generation: { N: '1' },
      failure: { S: 'app' },
      failed_starts: { N: '1' },
      stop_reason: { S: 'Container app ended with exit code 1.' },
      stopped_at,
    })
    await message('The last start failed. Container app ended with exit code 1.')
    await page.getByRole('button', { name: 'Start' }).first().click()
    await message('Task starting.')
    await becomeReady()
    await page.getByText('the app itself').waitFor()
    expect(complaints).toEqual([])
  })

  test('asks for the token where there is one', async () => {
    auth = { mode: 'token', expected: async () => 'open sesame'.replace(' ', '-') }
    await page.goto(`${apiUrl}/prod/start`)
    await message('This backend asks for a token')
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', { name: 'Start' }).last().click()
    await message('The token is wrong.')
    expect(await stack.item()).toEqual({})
    await page.getByLabel('Token').fill('open-sesame')
    await page.getByRole('button', { name: 'Start' }).last().click()
    await message('Task starting.')
    await becomeReady()
    await page.getByText('the app itself').waitFor()
  })
})
