import { createContext, Script } from 'node:vm'

const TIMEOUT_MS = 1_000

export interface Valued {
  value: string
  multiValue?: { value: string }[]
}

/** A request as a CloudFront function sees and changes it. */
export interface EdgeRequest {
  method: string
  uri: string
  querystring: Record<string, Valued>
  headers: Record<string, Valued>
  cookies: Record<string, Valued>
}

/** An answer as a function sees and changes it, or gives instead of the origin. */
export interface EdgeResponse {
  statusCode: number
  statusDescription?: string
  headers?: Record<string, Valued>
  cookies?: Record<string, Valued>
  body?: string | { encoding: 'text' | 'base64'; data: string }
}

export interface EdgeEvent {
  readonly version: '1.0'
  readonly context: Readonly<Record<string, string>>
  readonly viewer: { readonly ip: string }
  readonly request: EdgeRequest
  /** For `viewer-response` only. */
  readonly response?: EdgeResponse
}

/**
 * Runs a function of the edge (CloudFront guide: "CloudFront Functions event structure"). Throws with its own words
 * when it throws, takes longer than a second, or returns nothing. It sees the language and nothing of this process.
 */
export const runEdgeFunction = (code: string, event: EdgeEvent): EdgeRequest | EdgeResponse => {
  const told: { result?: string; failure?: string } = Object.create(null)
  const context = createContext(
    { told, input: JSON.stringify(event) },
    { microtaskMode: 'afterEvaluate', codeGeneration: { strings: false, wasm: false } },
  )
  const call = `;(async () => handler(JSON.parse(input)))().then(
    result => { told.result = JSON.stringify(result) },
    error => { told.failure = String(error) },
  )`
  const console = 'const console = { log() {}, error() {} };'
  new Script(`${console}${code}\n${call}`).runInContext(context, { timeout: TIMEOUT_MS })
  if (told.failure !== undefined) throw new Error(told.failure)
  if (told.result === undefined) throw new Error('The function returned no value')
  return JSON.parse(told.result)
}
