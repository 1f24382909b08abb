/** `storyarch.json`, which lies beside `storyarch.js`. */
export interface Config {
  /** Null: the site has no backend. */
  readonly startUrl: string | null
  /** Where the app answers when the start URL does not say; null: where the site is. */
  readonly apiUrl: string | null
  readonly pingMs: number
}

const PING_SECONDS = 60

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Throws on nothing at all; a configuration without a start URL is a site without a backend. */
export const configOf = (body: unknown): Config => {
  const { start_url, api_url, ping_seconds } = body as Readonly<Record<string, unknown>>
  return {
    startUrl: text(start_url),
    apiUrl: text(api_url),
    pingMs: (typeof ping_seconds === 'number' && ping_seconds > 0 ? ping_seconds : PING_SECONDS) * 1000,
  }
}
