import { answerOf, retryAfterMs } from './answer.ts'
import { type Config, configOf } from './config.ts'
import type { Ask, WatchEvent } from './watch.ts'

const PATIENCE_MS = 30_000

/** What questions need of the world. `bearer` gives null where the start URL wants no token. */
export interface Line {
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly bearer: () => Promise<string | null>
  readonly configUrl: URL
}

/** Puts a question. Without headers of its own a browser need not ask the start URL for permission first. */
const put = async (ask: Ask, config: Config | null, line: Line): Promise<Response> => {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  if (config === null) return line.fetch(line.configUrl, { cache: 'no-cache', signal })
  const url = new URL(config.startUrl ?? '', line.configUrl)
  if (ask !== 'start') url.searchParams.set('action', ask)
  const bearer = await line.bearer()
  const headers: Record<string, string> = { accept: 'application/json' }
  if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`
  return line.fetch(url, { headers, cache: 'no-store', signal })
}

const nobody: WatchEvent = {
  type: 'refused',
  status: null,
  message: 'The backend cannot be reached.',
  retryAfterMs: 0,
}

const asked = async (ask: Ask, config: Config | null, line: Line): Promise<WatchEvent> => {
  const response = await put(ask, config, line)
  const body: unknown = await response.json().catch(() => null)
  if (config === null && response.ok) return { type: 'configured', config: configOf(body) }
  const answer = config && answerOf(body)
  // Of another origin a page sees no such header; a backend that failed says it in its answer too.
  const told = response.headers.get('retry-after') ?? (answer?.status === 'failed' && answer['retry_after'])
  const wait = retryAfterMs(told, line.now())
  if (answer !== null) return { type: 'answered', answer, retryAfterMs: wait }
  const { status } = response
  const message = `The backend answers with status ${status}.`
  return { type: 'refused', status, message, retryAfterMs: wait }
}

/** Asks, and says what came of it. Never rejects. */
export const talk = (ask: Ask, config: Config | null, line: Line): Promise<WatchEvent> =>
  asked(ask, config, line).catch(() => nobody)
