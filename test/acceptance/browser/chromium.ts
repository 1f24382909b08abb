import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Debian's. */
const PROGRAM = '/usr/bin/chromium'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Undefined when Chromium is here; otherwise why the tests that need it are skipped. */
export const missingChromium = (): string | undefined =>
  existsSync(PROGRAM) ? undefined : 'chromium is not installed'

export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS })

/** Hides or shows a page as its document tells it: a headless browser looks at all of its pages at once. */
export const setVisible = (page: Page, visible: boolean): Promise<void> =>
  page.evaluate(
    state => {
      const { document, Event } = globalThis as unknown as {
        document: EventTarget
        Event: typeof globalThis.Event
      }
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    visible ? 'visible' : 'hidden',
  )
