import type { Answer } from './api.ts'

const STATUSES: readonly unknown[] = [
  'started',
  'starting',
  'running',
  'stopping',
  'stopped',
  'failed',
] satisfies Answer['status'][]

const textOr = <Other>(value: unknown, other: Other): string | Other =>
  typeof value === 'string' && value !== '' ? value : other

/** An answer of the start URL; null for anything else that a server on the way may have said. */
export const answerOf = (body: unknown): Answer | null => {
  const { status, ready, message, url, expires_at, ...more }: Readonly<Record<string, unknown>> = Object(body)
  if (!STATUSES.includes(status)) return null
  return {
    ...more,
    status: status as Answer['status'],
    ready: ready === true,
    message: textOr(message, ''),
    url: textOr(url, null)?.replace(/\/+$/, '') ?? null,
    expires_at: typeof expires_at === 'number' && Number.isFinite(expires_at) ? expires_at : null,
  }
}

/** No server may silence a page for longer. */
const LONGEST_MS = 3_600_000

/** A `Retry-After`, which is seconds or a date (RFC 9110, 10.2.3), as milliseconds from `now`; 0 without one. */
export const retryAfterMs = (told: unknown, now: number): number => {
  const seconds = Number(told)
  const ms = Number.isNaN(seconds) ? Date.parse(String(told)) - now : seconds * 1000
  return Math.min(LONGEST_MS, Math.max(0, ms || 0))
}
