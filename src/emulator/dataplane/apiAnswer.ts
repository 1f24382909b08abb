/** What an API sends back. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: string | Uint8Array
}

/** An answer of API Gateway itself: `{"message": …}`. */
export const message = (status: number, text: string): ApiAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: text }),
})

export const internalServerError = (): ApiAnswer => message(500, 'Internal Server Error')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A function's answer (JSON text) as the client gets it: without `statusCode` the whole of it is a 200 of JSON, a shape
 * that is none is 500 (API Gateway guide: "Lambda function response for format 2.0").
 */
export const answerOf = (payload: string): ApiAnswer => {
  const told: unknown = JSON.parse(payload)
  if (!isRecord(told) || told['statusCode'] === undefined)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: payload }
  const { statusCode, headers = {}, body = '', cookies = [], isBase64Encoded } = told
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return internalServerError()
  if (!isRecord(headers) || !Array.isArray(cookies)) return internalServerError()
  if (typeof body !== 'string' && body !== null) return internalServerError()
  const named = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...named,
      ...(cookies.length > 0 && { 'set-cookie': cookies.map(String) }),
    },
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  }
}
