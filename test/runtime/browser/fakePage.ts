import type { Page, Told } from '../../../src/runtime/browser/page.ts'

/** A page whose network and clock are the test's. */
export interface FakePage extends Page {
  isSecure: boolean
  /** What `fetch` answers, by what was asked for. */
  answer: (url: URL, init?: RequestInit) => Promise<Response>
  readonly requests: URL[]
  readonly told: Told[]
  /** Lets every timer ring that is set, and what follows from it happen. */
  ring(): Promise<void>
}

const settled = (): Promise<void> => new Promise(done => setImmediate(done))

export const fakePage = (answer: FakePage['answer']): FakePage => {
  let timer: (() => void) | null = null
  let now = 0
  let due = 0
  const page: FakePage = {
    answer,
    requests: [],
    told: [],
    isSecure: false,
    configUrl: new URL('https://site.example/app/storyarch.json'),
    fetch: (input, init) => {
      const url = new URL(String(input))
      page.requests.push(url)
      return page.answer(url, init)
    },
    bearer: async () => null,
    now: () => now,
    random: () => 0.5,
    isVisible: () => true,
    onChange: () => {},
    join: () => told => void page.told.push(told),
    setTimer: (ring, ms) => {
      timer = ring
      due = now + ms
      return () => {
        timer = null
      }
    },
    ring: async () => {
      const rings = timer
      timer = null
      now = Math.max(now, due)
      rings?.()
      await settled()
    },
  }
  return page
}
