import { useBackend, useSecondsSince } from './context.ts'
import type { BackendState } from './storyarch'

/** What a cold start of a small app takes on Fargate. */
const USUAL_SECONDS = 60

const WORDS: Record<BackendState, string> = {
  connecting: 'Looking for the backend …',
  asleep: 'The backend is asleep.',
  waking: 'The backend is waking up …',
  ready: 'Ready.',
  failed: 'The backend is not well.',
  offline: 'The backend is out of reach.',
  absent: 'This site has no backend.',
}

/** Says how the backend is; while it wakes, for how long it has been at it. */
export const BackendStatus = () => {
  const backend = useBackend()
  const seconds = useSecondsSince(backend.wakingSince)
  const problem = backend.state === 'failed' || (backend.state === 'ready' && !backend.callable)
  return (
    <div className="backend" data-state={backend.state}>
      <p role="status">
        {WORDS[backend.state]} {problem && backend.message}
      </p>
      {backend.state === 'waking' && (
        <p>
          <progress max={USUAL_SECONDS} value={Math.min(seconds, USUAL_SECONDS)} aria-label="Waking up" />{' '}
          {seconds} s; it usually takes less than a minute.
        </p>
      )}
      {(backend.state === 'failed' || backend.state === 'asleep' || backend.state === 'offline') && (
        <button type="button" onClick={() => backend.wake()}>
          Wake it now
        </button>
      )}
    </div>
  )
}
