import { backoffMs } from './delays.ts'
import { learn } from './learn.ts'
import { later, turn } from './moves.ts'
import { type Ask, LOOKING, type Moment, type Watch, type WatchEvent } from './watch.ts'

const THROTTLED = 429

/** What this page would like to know first. */
const opening = ({ config, wish, state }: Watch): Ask => {
  if (config === null) return 'config'
  if (wish !== 'wake' || state === 'waking') return 'status'
  return state === 'ready' ? 'ping' : 'start'
}

/** While a page slept, its backend may have gone: nobody shall call it before it is known to be there. */
const doubted = (watch: Watch, now: number): Watch =>
  watch.state === 'ready' && watch.expiresAt !== null && watch.expiresAt <= now
    ? turn(watch, 'connecting', LOOKING)
    : watch

const refused = (watch: Watch, event: WatchEvent & { type: 'refused' }, moment: Moment): Watch => {
  const failures = watch.failures + 1
  const asked = watch.asking ?? opening(watch)
  const held = { ...watch, asking: null, failures, heldUntil: moment.now + event.retryAfterMs }
  // A single ping that is lost, or too many visitors, says nothing about the backend.
  const kept = event.status === THROTTLED || (watch.state === 'ready' && failures < 2)
  const next = kept ? held : turn(held, event.status === null ? 'offline' : 'failed', event.message)
  return later(next, asked, backoffMs(failures, moment.random), moment)
}

/**
 * The whole behaviour of a page: what it knows after an event. What it does about it stands there too: `asking` is the
 * question to put, `next` the timer to set.
 */
export const step = (watch: Watch, event: WatchEvent, moment: Moment): Watch => {
  const { now } = moment
  const soon = (next: Watch): Watch => (next.asking === null ? later(next, opening(next), 0, moment) : next)
  const free: Watch = { ...watch, asking: null }
  if (watch.state === 'absent') return watch
  switch (event.type) {
    case 'due': {
      if (watch.next === null) return watch
      const { ask } = watch.next
      // A file beside the page does not count as a question to the start URL.
      return { ...watch, asking: ask, askedAt: ask === 'config' ? watch.askedAt : now, next: null }
    }
    case 'configured': {
      const known: Watch = { ...free, failures: 0, config: event.config }
      if (event.config.startUrl !== null) return soon(known)
      return { ...turn(known, 'absent', 'This site has no backend.'), wish: 'rest', next: null }
    }
    case 'answered': {
      const held: Watch = { ...free, heldUntil: now + event.retryAfterMs }
      // The page may have let go while the answer was on its way.
      return watch.wish === 'rest' ? held : learn(held, watch.asking ?? 'status', event.answer, moment)
    }
    case 'refused':
      return watch.wish === 'rest' ? free : refused(watch, event, moment)
    case 'overheard':
      if (watch.config === null || watch.wish === 'rest') return watch
      return learn(watch, event.ask, event.answer, moment)
    case 'shown':
      return soon(doubted({ ...watch, visible: true }, now))
    case 'hidden':
      return { ...watch, visible: false, next: null }
    case 'doubt':
      return watch.state === 'ready' && watch.asking === null ? later(watch, 'status', 0, moment) : watch
    case 'wake':
      return soon({ ...watch, wish: 'wake', failures: 0 })
    case 'stop':
      return { ...turn(watch, 'asleep', 'This page has let go of the backend.'), wish: 'rest', next: null }
  }
}
