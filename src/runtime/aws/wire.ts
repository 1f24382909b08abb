import { text } from 'node:stream/consumers'
import type { Aws } from './openAws.ts'

/** A shape of the SDK's types as it travels in JSON: a time is a number of seconds, bytes are base64. */
export type Wire<T> = T extends Date
  ? number
  : T extends Uint8Array
    ? string
    : T extends (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [Name in keyof T]: Wire<T[Name]> }
        : T

interface JsonService {
  /** What requests are signed for. */
  readonly name: string
  /** What stands before the operation's name in `X-Amz-Target`. */
  readonly target: string
  readonly version: '1.0' | '1.1'
}

/** The protocols AWS JSON 1.0 and 1.1: one URL, the operation in a header, the input as it is. Throws as `Send` does. */
export const askJson = async <Output>(
  aws: Aws,
  { name, target, version }: JsonService,
  operation: string,
  input: object,
  signal: AbortSignal,
): Promise<Wire<Output>> => {
  const headers = {
    'content-type': `application/x-amz-json-${version}`,
    'x-amz-target': `${target}.${operation}`,
  }
  const read = await post(aws, name, headers, JSON.stringify(input), signal)
  return JSON.parse(read === '' ? '{}' : read, withoutNull)
}

/** A null in an answer is a member that is not there (Smithy, protocol tests of AWS JSON), as the SDK's types have it. */
const withoutNull = (_: string, value: unknown): unknown => value ?? undefined

interface QueryService {
  readonly name: string
  readonly version: string
}

/**
 * The protocols AWS Query and EC2 Query: a form in, XML out. Parameters are named as on the wire (`Filter.1.Name`). Throws
 * as `Send` does.
 */
export const askQuery = (
  aws: Aws,
  { name, version }: QueryService,
  operation: string,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  const form = new URLSearchParams({ Action: operation, Version: version, ...parameters })
  return post(aws, name, headers, form.toString(), signal)
}

const post = async (
  { send, originOf }: Aws,
  service: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<string> => {
  const request = { service, origin: originOf(service), method: 'POST', path: '/', headers, body }
  return text((await send(request, signal)).body)
}
