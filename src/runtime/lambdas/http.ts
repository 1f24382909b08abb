/** What API Gateway hands over (payload 2.0), as far as it is read here. Absent maps are missing keys. */
export interface HttpEvent {
  readonly queryStringParameters?: Readonly<Record<string, string>>
}

export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer that no cache keeps: it is stale the next second. */
export const json = (statusCode: number, body: object): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
})
