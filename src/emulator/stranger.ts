import type { IncomingHttpHeaders } from 'node:http'

/** Names that mean this machine, and AWS's own, by which S3's buckets are called; nobody else can make one of them. */
const OURS = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\]|(.+\.)?amazonaws\.com)(:\d+)?$/i

/**
 * Whether a page of the web asks. Nobody here is asked for a secret, so a page that a browser lets send requests to loopback
 * could run functions of its own, and one whose host name was made to point here could read every answer.
 */
export const isStranger = (headers: IncomingHttpHeaders): boolean => {
  const { host, origin } = headers
  if (host !== undefined && !OURS.test(host)) return true
  if (origin !== undefined) return !OURS.test(origin.replace(/^https?:\/\//, ''))
  return headers['sec-fetch-site'] === 'cross-site'
}
