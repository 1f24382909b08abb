/** What a service of the embedded AWS is: operation name → handler, typed by the SDK's own command classes. */

/** One named map that survives a restart. Values are plain JSON (times as epoch milliseconds); change = `set`. */
export interface Table<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  delete(key: string): boolean
  has(key: string): boolean
  values(): T[]
  entries(): [string, T][]
}

/** What came of running a Lambda function. */
export interface Invoked {
  /** JSON text: the handler's answer, or `errorType` and `errorMessage` when `failed`. */
  readonly payload: string
  readonly failed: boolean
  /** What the invocation logged. */
  readonly log: readonly string[]
}

/** What a handler knows besides its input. */
export interface Call {
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly account: string
  readonly requestId: string
  /** Epoch milliseconds; the emulator's clock, which tests may set. */
  readonly now: number
  /** What AWS takes `realMs` for takes this long here (`--latency` scales it). */
  delay(realMs: number): number
  /**
   * State of this service in this region, or of another one (global services keep theirs in us-east-1).
   * The table `tags` holds the tags of every taggable thing by ARN: see tags.ts, which is the way to change it.
   */
  table<T>(name: string, of?: { service?: string; region?: string }): Table<T>
  /** A folder on disk for this service's large things (objects, layers, zips). */
  folder(name: string): string
  /** The emulator's own base URL, `http://127.0.0.1:<port>`. */
  readonly endpoint: string
  /** A stable loopback port for a data-plane thing (an API, a distribution), by its id. */
  port(id: string): number
  /** Runs a function of this region in a process; `event` is JSON text. Throws AwsError for what Lambda refuses. */
  invoke(functionName: string, event: string): Promise<Invoked>
}

type InputOf<C> = C extends { input: infer I } ? I : never
type OutputOf<C> = C extends {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }>
}
  ? Omit<O, '$metadata'>
  : never

/** Handlers of SDK module `M` (`typeof import('@aws-sdk/client-ecs')`): any of its operations. */
export type Service<M> = {
  [K in keyof M as K extends `${infer Operation}Command` ? Operation : never]?: M[K] extends abstract new (
    ...args: never[]
  ) => infer C
    ? (input: InputOf<C>, call: Call) => OutputOf<C> | Promise<OutputOf<C>>
    : never
}

/** Thrown by handlers; `code` is the modelled error's name or its wire code. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number | undefined
  readonly fields: Readonly<Record<string, unknown>>

  constructor(
    code: string,
    message: string,
    options: { status?: number; fields?: Record<string, unknown> } = {},
  ) {
    super(message)
    this.code = code
    this.status = options.status
    this.fields = options.fields ?? {}
  }
}
