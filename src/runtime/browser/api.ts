/**
 * What a page gets from `storyarch.js`. This file holds types only: its text is what ships as `storyarch.d.ts`.
 */

/**
 * How the backend is, as far as this page knows.
 * - `connecting`: nothing is known yet.
 * - `asleep`: it does not run, or this page let go of it.
 * - `waking`: it is on its way; nothing to do but wait.
 * - `ready`: it answers at `url`.
 * - `failed`: it said why it cannot; tried again by itself, ever less often.
 * - `offline`: nobody answers; tried again by itself, ever less often.
 * - `absent`: the site has no backend.
 */
export type BackendState = 'connecting' | 'asleep' | 'waking' | 'ready' | 'failed' | 'offline' | 'absent'

/** What the start URL last answered. */
export interface Answer {
  readonly status: 'started' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
  readonly ready: boolean
  readonly message: string
  /** Where the app answers. */
  readonly url: string | null
  /** When the backend goes to sleep unless somebody pings, in epoch seconds. */
  readonly expires_at: number | null
  readonly [more: string]: unknown
}

export interface ConnectOptions {
  /** False: only look how the backend is, until `wake()` is called. Default: true. */
  readonly wake?: boolean
  /** For `api.auth: token | jwt`: sent as `Authorization: Bearer …`, asked for before each request. */
  readonly token?: string | (() => string | Promise<string>)
}

/** The backend as a page sees it. A `change` event tells that one of the values below is another. */
export interface Backend extends EventTarget {
  readonly state: BackendState
  /** A sentence for people. */
  readonly message: string
  /**
   * Where the app answers, without a slash at the end; null until it is ready. A browser lets no https page call an
   * `http:` address of another machine (mixed content); `callable` tells.
   */
  readonly url: string | null
  /** Whether this page may call `url`. */
  readonly callable: boolean
  /** Since when this page waits for it, in epoch milliseconds. */
  readonly wakingSince: number | null
  /** The latest, this page's or that of another of the site. */
  readonly answer: Answer | null
  /**
   * Wakes the backend and waits for it, as long as it takes; gives its `url`. Rejects when it will not come: the site
   * has none, or the page called `stop()`.
   */
  ready(): Promise<string>
  /**
   * `fetch` of a path of the app, once it is ready. Rejects as `fetch` and `ready` do, and when the page may not call
   * the app.
   */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Wants the backend: again after `stop()`, for the first time after `connect({ wake: false })`, or now rather than at the next try. */
  wake(): void
  /** Lets go: this page asks and pings no more, and the backend sleeps when nobody else does. */
  stop(): void
}

/** The page's backend. There is one for each page: every call gives the same, the first one's options count. */
export type Connect = (options?: ConnectOptions) => Backend
