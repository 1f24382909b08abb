import type { Answer, BackendState } from './api.ts'
import type { Config } from './config.ts'

/** What a page may ask: for its configuration first, then the start URL. */
export type Ask = 'config' | 'start' | 'status' | 'ping'

/** `wake`: keep the backend awake. `look`: only know how it is. `rest`: leave it alone. */
export type Wish = 'wake' | 'look' | 'rest'

/** All that a page knows about its backend. Times are epoch milliseconds. */
export interface Watch {
  readonly state: BackendState
  readonly message: string
  readonly url: string | null
  readonly expiresAt: number | null
  readonly wakingSince: number | null
  readonly answer: Answer | null
  readonly config: Config | null
  readonly wish: Wish
  readonly visible: boolean
  /** The question to put, from the moment it appears here until its answer; never more than one. */
  readonly asking: Ask | null
  readonly askedAt: number
  /** When somebody last asked for the backend to live on. */
  readonly pingedAt: number
  /** A server asked to be left alone until then. */
  readonly heldUntil: number
  /** In a row. */
  readonly failures: number
  /** The timer: `due` happens then. */
  readonly next: { readonly ask: Ask; readonly at: number } | null
}

export type WatchEvent =
  | { readonly type: 'due' | 'shown' | 'hidden' | 'wake' | 'stop' | 'doubt' }
  | { readonly type: 'configured'; readonly config: Config }
  | { readonly type: 'answered'; readonly answer: Answer; readonly retryAfterMs: number }
  /** `status`: of HTTP; null when nobody answered. */
  | {
      readonly type: 'refused'
      readonly status: number | null
      readonly message: string
      readonly retryAfterMs: number
    }
  /** Another page of the same site was answered. */
  | { readonly type: 'overheard'; readonly ask: Ask; readonly answer: Answer }

/** `random` lies in [0, 1). */
export interface Moment {
  readonly now: number
  readonly random: number
}

export const LOOKING = 'Looking for the backend.'

/** A page that has just been opened. */
export const newWatch = (wish: Wish, visible: boolean, now: number): Watch => ({
  state: 'connecting',
  message: LOOKING,
  url: null,
  expiresAt: null,
  wakingSince: null,
  answer: null,
  config: null,
  wish,
  visible,
  asking: null,
  askedAt: 0,
  pingedAt: 0,
  heldUntil: 0,
  failures: 0,
  next: visible ? { ask: 'config', at: now } : null,
})
