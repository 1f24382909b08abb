/**
 * Control-plane rates that AWS enforces per account (service quotas pages, 2026): calls per second and burst.
 * Beyond them AWS throttles every user of the account, not only us.
 */
const RATES: Readonly<Record<string, { perSecond: number; burst: number }>> = {
  Route53Client: { perSecond: 5, burst: 5 },
  ApiGatewayV2Client: { perSecond: 10, burst: 40 },
  IAMClient: { perSecond: 15, burst: 30 },
  LambdaClient: { perSecond: 15, burst: 30 },
  CloudFrontClient: { perSecond: 5, burst: 10 },
  CloudWatchClient: { perSecond: 9, burst: 9 },
  CloudWatchLogsClient: { perSecond: 10, burst: 10 },
  SNSClient: { perSecond: 10, burst: 30 },
}

/** Gives each call of a service its slot: answers how many milliseconds the call must wait, 0 within the burst. */
export const pace = (nowMs: () => number): ((service: string) => number) => {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return service => {
    const rate = RATES[service]
    if (rate === undefined) return 0
    const bucket = buckets.get(service) ?? { tokens: rate.burst, atMs: nowMs() }
    const refilled = bucket.tokens + ((nowMs() - bucket.atMs) / 1000) * rate.perSecond
    const tokens = Math.min(rate.burst, refilled) - 1
    buckets.set(service, { tokens, atMs: nowMs() })
    return tokens >= 0 ? 0 : (-tokens / rate.perSecond) * 1000
  }
}
