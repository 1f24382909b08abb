import { elementTexts } from './xml.ts'

/** AWS's refusal of a call. Its `name` is AWS's own code, `ConditionalCheckFailedException` or `NoSuchKey`. */
export interface AwsError extends Error {
  /** Of HTTP. */
  readonly status: number
  readonly requestId: string | null
  /** Some answers tell more in headers: a deleted object says `x-amz-delete-marker`. */
  readonly headers: Headers
  /** What a refusal in JSON says beside code and message, such as the item that stood in a condition's way. */
  readonly details: Readonly<Record<string, unknown>>
}

/** Lower-case names. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** What an answer without a body means: HEAD has none. */
const BY_STATUS: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  503: 'ServiceUnavailable',
}

/** Whether `error` is AWS's answer by one of these codes; by any code when none is given. */
export const isAwsError = (error: unknown, ...codes: string[]): error is AwsError =>
  error instanceof Error &&
  'status' in error &&
  'requestId' in error &&
  (codes.length === 0 || codes.includes(error.name))

const one = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

/** Reads a refusal in any of AWS's protocols: JSON's `__type`, XML's `<Code>`, or only the status. */
export const refusal = (status: number, headers: Headers, body: string): AwsError => {
  const { code, message, details } = body.trimStart().startsWith('<') ? inXml(body) : inJson(body)
  const named = code ?? one(headers['x-amzn-errortype'])
  const name = named?.replace(/^.*#/, '').replace(/:.*$/, '') ?? BY_STATUS[status] ?? `Http${status}`
  return Object.assign(new Error(message ?? `AWS answered ${status}`), {
    name,
    status,
    requestId: one(headers['x-amzn-requestid']) ?? one(headers['x-amz-request-id']) ?? null,
    headers,
    details,
  })
}

interface Told {
  readonly code: string | undefined
  readonly message: string | undefined
  readonly details: Readonly<Record<string, unknown>>
}

const inXml = (body: string): Told => ({
  code: elementTexts(body, 'Code')[0],
  message: elementTexts(body, 'Message')[0],
  details: {},
})

const inJson = (body: string): Told => {
  try {
    const told = JSON.parse(body) as Record<string, unknown>
    const text = (name: string) => (typeof told[name] === 'string' ? told[name] : undefined)
    return {
      code: text('__type') ?? text('code'),
      message: text('message') ?? text('Message'),
      details: told,
    }
  } catch {
    return { code: undefined, message: undefined, details: {} }
  }
}
