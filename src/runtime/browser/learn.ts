import type { Answer } from './api.ts'
import { backoffMs, pingDelayMs, pollMs } from './delays.ts'
import { later, turn } from './moves.ts'
import type { Ask, Moment, Watch } from './watch.ts'

/** Each failed start may have cost a task's first minute. */
const FAILED_CAP_MS = 300_000
const FAILED_HEAD_START = 3
const STOPPING_POLL_MS = 3000
const DOES_NOT_START = 'The backend does not start.'

/** Counted from the last ping: looking in between puts off none. */
const untilPing = ({ config, expiresAt, pingedAt }: Watch, { now, random }: Moment): number =>
  pingedAt + pingDelayMs(config?.pingMs ?? 0, expiresAt === null ? null : expiresAt - now, random) - now

const poll = (watch: Watch, ask: Ask, moment: Moment): Watch =>
  later(watch, ask, pollMs(moment.now - (watch.wakingSince ?? moment.now), moment.random), moment)

/** Looks again soon. A backend that takes longer to wake than it lives needs pings as well. */
const look = (watch: Watch, moment: Moment): Watch => {
  const pingDue = watch.wish === 'wake' && untilPing(watch, moment) <= 0
  return poll(watch, pingDue ? 'ping' : 'status', moment)
}

const waking = (watch: Watch, message: string, now: number): Watch => ({
  ...turn(watch, 'waking', message || 'The backend is waking up.'),
  wakingSince: watch.wakingSince ?? now,
})

const failed = (watch: Watch, message: string, moment: Moment): Watch => {
  const failures = watch.failures + 1
  return later(
    { ...turn(watch, 'failed', message), failures },
    watch.wish === 'wake' ? 'start' : 'status',
    backoffMs(failures + FAILED_HEAD_START, moment.random, FAILED_CAP_MS),
    moment,
  )
}

/** What an answer to `ask`, this page's or another's, says about the backend, and what to ask next. */
export const learn = (before: Watch, ask: Ask, answer: Answer, moment: Moment): Watch => {
  const watch: Watch = {
    ...before,
    answer,
    expiresAt: answer.expires_at === null ? null : answer.expires_at * 1000,
    pingedAt: ask === 'start' || ask === 'ping' ? moment.now : before.pingedAt,
  }
  const wanted = watch.wish === 'wake'
  if (answer.status === 'failed') return failed(watch, answer.message || DOES_NOT_START, moment)
  // A start that answers so would be asked again at once, for ever.
  if (answer.status === 'stopped' && ask === 'start' && wanted) return failed(watch, DOES_NOT_START, moment)
  const well = { ...watch, failures: 0 }
  if (answer.status === 'stopped')
    return wanted
      ? later(waking(well, '', moment.now), 'start', 0, moment)
      : { ...turn(well, 'asleep', 'The backend is asleep.'), next: null }
  if (answer.status === 'stopping')
    return wanted
      ? // Wanted while it stops, it comes back.
        poll(waking(well, answer.message, moment.now), 'start', moment)
      : later(turn(well, 'asleep', 'The backend is going to sleep.'), 'status', STOPPING_POLL_MS, moment)
  if (!answer.ready) return look(waking(well, answer.message, moment.now), moment)
  const ready: Watch = {
    ...turn(well, 'ready', 'The backend is ready.'),
    // Without any address the app is where the site is.
    url: answer.url ?? well.config?.apiUrl ?? '',
  }
  return wanted ? later(ready, 'ping', untilPing(ready, moment), moment) : { ...ready, next: null }
}
