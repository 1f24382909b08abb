import type { Call } from '../service.ts'
import { distributions } from '../services/cloudfront/state.ts'

/**
 * The origins in AWS that a page served on loopback stands for: those of the distribution at the port of `origin`. What
 * allows the site's own names so allows the site here.
 */
export const loopbackNames = (origin: string | undefined, call: Call): string[] => {
  const [, port] = /^http:\/\/(?:127\.0\.0\.1|localhost):(\d+)$/.exec(origin ?? '') ?? []
  if (port === undefined) return []
  return distributions(call)
    .values()
    .filter(({ id }) => call.port(id) === Number(port))
    .flatMap(({ domain, config }) => [domain, ...(config.Aliases?.Items ?? [])])
    .map(host => `https://${host}`)
}
