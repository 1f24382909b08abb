import { answerOf } from './answer.ts'
import type { Answer } from './api.ts'
import type { Line } from './talk.ts'
import type { Ask } from './watch.ts'

/** What pages of one site tell each other. */
export interface Told {
  readonly ask: Ask
  readonly answer: Answer
}

/** The page and its browser, as far as they matter here. */
export interface Page extends Line {
  readonly random: () => number
  readonly isVisible: () => boolean
  /** Whether the page itself came over https. */
  readonly isSecure: boolean
  /** Calls back whenever the page is shown, hidden, or has its network back. */
  readonly onChange: (seen: () => void) => void
  /** Calls `ring` once, after so many milliseconds; answers how to call it off. */
  readonly setTimer: (ring: () => void, ms: number) => () => void
  /** Joins the other pages that use the same start URL; answers how to tell them something. */
  readonly join: (startUrl: string, heard: (told: Told) => void) => (told: Told) => void
}

interface Browser {
  readonly document: {
    readonly visibilityState: string
    addEventListener(type: string, listener: () => void): void
  }
  readonly location: { readonly protocol: string }
  addEventListener(type: string, listener: () => void): void
}

/** The browser's page around a module at `moduleUrl`. */
export const browserPage = (moduleUrl: string, bearer: Line['bearer']): Page => {
  const browser = globalThis as unknown as Browser
  return {
    fetch: (input, init) => fetch(input, init),
    now: Date.now,
    random: Math.random,
    bearer,
    configUrl: new URL('storyarch.json', moduleUrl),
    isVisible: () => browser.document.visibilityState === 'visible',
    isSecure: browser.location.protocol === 'https:',
    onChange: seen => {
      browser.document.addEventListener('visibilitychange', seen)
      browser.addEventListener('online', seen)
    },
    setTimer: (ring, ms) => {
      const timer = setTimeout(ring, ms)
      return () => clearTimeout(timer)
    },
    join: (startUrl, heard) => {
      const channel = new BroadcastChannel(`storyarch:${startUrl}`)
      channel.onmessage = event => {
        const { ask, answer } = (event as { readonly data: Told }).data
        // An older version of this module may speak from a page that has been open since.
        const understood = answerOf(answer)
        if (understood !== null) heard({ ask, answer: understood })
      }
      return told => channel.postMessage(told)
    },
  }
}
