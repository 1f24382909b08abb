import type { Answer } from '../../../src/runtime/browser/api.ts'
import { step } from '../../../src/runtime/browser/step.ts'
import {
  type Ask,
  newWatch,
  type Watch,
  type WatchEvent,
  type Wish,
} from '../../../src/runtime/browser/watch.ts'

export const LIFETIME_MS = 300_000
export const BOOT_MS = 40_000
export const PING_MS = 60_000
export const START_URL = 'https://api.example/start'

/** How the start URL answers. */
export type Mood = 'well' | 'down' | 'busy' | 'broken' | 'failing'

export interface Asked {
  readonly ask: Ask
  readonly at: number
}

/** A backend as the start URL knows it, on a clock of the test's own. */
class Backend {
  mood: Mood = 'well'
  retryAfterMs = 0
  readyAt = Number.POSITIVE_INFINITY
  expiresAt = Number.NEGATIVE_INFINITY
  starts = 0

  isReady(now: number): boolean {
    return now >= this.readyAt && now < this.expiresAt
  }

  private live(now: number): void {
    this.expiresAt = now + LIFETIME_MS
  }

  answer(ask: Ask, now: number): WatchEvent {
    const { retryAfterMs } = this
    if (ask === 'config')
      return this.mood === 'down'
        ? { type: 'refused', status: null, message: 'down', retryAfterMs: 0 }
        : { type: 'configured', config: { startUrl: START_URL, apiUrl: null, pingMs: PING_MS } }
    if (this.mood === 'down') return { type: 'refused', status: null, message: 'down', retryAfterMs: 0 }
    if (this.mood === 'busy') return { type: 'refused', status: 429, message: 'busy', retryAfterMs }
    if (this.mood === 'broken') return { type: 'refused', status: 502, message: 'broken', retryAfterMs }
    if (this.mood === 'failing') return this.says('failed', false, retryAfterMs)
    const lives = now < this.expiresAt
    if (ask === 'start' && !lives) {
      this.readyAt = now + BOOT_MS
      this.starts += 1
      this.live(now)
      return this.says('started', false, retryAfterMs)
    }
    if (lives && ask !== 'status') this.live(now)
    if (!lives) return this.says('stopped', false, retryAfterMs)
    return now >= this.readyAt ? this.says('running', true, 0) : this.says('starting', false, retryAfterMs)
  }

  private says(status: Answer['status'], ready: boolean, retryAfterMs: number): WatchEvent {
    const url = ready ? 'http://app.example:8000' : null
    const expires_at = this.expiresAt > 0 ? this.expiresAt / 1000 : null
    return { type: 'answered', answer: { status, ready, message: status, url, expires_at }, retryAfterMs }
  }
}

/** One page and its backend under a virtual clock: whatever `step` wants is done, with `latencyMs` to an answer. */
export class Simulation {
  now = 1_700_000_000_000
  latencyMs = 100
  random = 0.5
  readonly backend = new Backend()
  readonly asked: Asked[] = []
  watch: Watch
  private arriving: { readonly at: number; readonly event: WatchEvent } | null = null
  private readonly check: (watch: Watch, before: Watch, now: number) => void

  constructor(wish: Wish, check: (watch: Watch, before: Watch, now: number) => void = () => {}) {
    this.check = check
    this.watch = newWatch(wish, true, this.now)
  }

  happened(event: WatchEvent): void {
    const before = this.watch
    this.watch = step(before, event, { now: this.now, random: this.random })
    const ask = this.watch.asking
    if (ask !== null && before.asking === null) {
      this.asked.push({ ask, at: this.now })
      this.arriving = { at: this.now + this.latencyMs, event: this.backend.answer(ask, this.now) }
    }
    this.check(this.watch, before, this.now)
  }

  /** Lets time pass, with all that is due in it. */
  pass(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const answerAt = this.arriving?.at ?? Number.POSITIVE_INFINITY
      const dueAt = this.watch.next?.at ?? Number.POSITIVE_INFINITY
      const at = Math.min(answerAt, dueAt)
      if (at > end) break
      this.now = Math.max(this.now, at)
      if (answerAt <= dueAt && this.arriving !== null) {
        const { event } = this.arriving
        this.arriving = null
        this.happened(event)
      } else this.happened({ type: 'due' })
    }
    this.now = end
  }

  /** Of those since `from`. */
  questions(from: number): Ask[] {
    return this.asked.filter(({ at }) => at >= from).map(({ ask }) => ask)
  }
}
