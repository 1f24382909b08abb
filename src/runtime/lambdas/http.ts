/** What API Gateway hands over (payload 2.0), as far as it is read here. Absent maps are missing keys. */
export interface HttpEvent {
  readonly rawQueryString?: string
  readonly queryStringParameters?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly requestContext: {
    readonly http: { readonly method: string; readonly sourceIp?: string; readonly userAgent?: string }
    readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> } }
  }
}

export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer that no cache keeps: it is stale the next second. */
export const json = (
  statusCode: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: JSON.stringify(body),
})

/** Whether a browser wants to show the answer to somebody, rather than a program read it. */
export const wantsHtml = ({ headers = {} }: HttpEvent): boolean =>
  (headers['accept'] ?? '').split(',').some(type => /^\s*text\/html\s*(;|$)/i.test(type))
