/** The shared vocabulary: what a resource is, wished for and alive, and what knows how to make one. */

export type Tags = Readonly<Record<string, string>>

/** What a resource gives to others once it is alive. Lists are comma-joined. */
export type Outputs = Record<string, string>

/** The doors to AWS a provisioner is handed. Clients are made once per region and count their calls. */
export interface Aws {
  readonly region: string
  readonly partition: string
  /** The account the credentials belong to; asked once, shared by all. */
  account(): Promise<string>
  /** A client of the given SDK class, for `region` or the stack's own. */
  client<C>(Client: new (config: never) => C, region?: string): C
  /**
   * One signed request to S3 in the stack's region without an SDK client around it: a tenth of the time, for whoever
   * sends thousands. Throttles, 5xx and lost connections are tried again. Throws what an SDK client would throw.
   */
  s3(request: S3Request): Promise<S3Answer>
  /** Answers asked for many times in one survey (a hosted zone's records) are loaded once, until forgotten. */
  memo<T>(key: string, load: () => Promise<T>): Promise<T>
  /** Null: everything memoised. The engine does so before a survey and before it looks again after a write. */
  forget(key: string | null): void
}

export interface S3Request {
  /** As the SDK names it, for the count of calls: `PutObject`. */
  readonly operation: string
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  readonly bucket: string
  readonly key: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** A stream is opened again for every attempt. */
  readonly body: Uint8Array | { readonly bytes: number; open(): AsyncIterable<Uint8Array> } | null
  readonly signal: AbortSignal
}

export interface S3Answer {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export type Health = 'ready' | 'pending' | { readonly ailing: string }

/** What AWS holds, in the shape of the wish. */
export interface Live<Props extends object = object, Out extends Outputs = Outputs> {
  readonly props: Props
  readonly out: Out
  readonly tags: Tags
  readonly health: Health
}

/** What a deploy did, counted for its summary. */
export type Tally =
  | 'images pushed'
  | 'layers sent'
  | 'layers already there'
  | 'bytes sent'
  | 'files uploaded'
  | 'files unchanged'
  | 'files removed'
  | 'paths invalidated'

/** How a resource's content is made: plain JSON; strings may hold tokens. Never compared: the props say what is wished for. */
export interface Recipe {
  /** Commit of the sources, with `-dirty` behind it where they were changed since; null without git. */
  readonly revision: string | null
}

/** The making of a resource's content (an image, a site's files), and who hears of it meanwhile. */
export interface Making<R = unknown> {
  /** Filled in. */
  readonly recipe: R
  /** Says what is under way: `pushing 12 of 120 MB`. */
  step(text: string): void
  /** Says something that stays on the screen: a fallback that was taken, files left alone. */
  note(text: string): void
  tally(what: Tally, count: number): void
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal
}

export type Writer<Props extends object, Out extends Outputs, R = unknown> = (
  aws: Aws,
  live: Live<Props, Out>,
  want: Props,
  making: Making<R>,
) => Promise<unknown>

export interface CostLine {
  readonly item: string
  readonly unit: 'running hour' | 'month' | 'million requests' | 'GB-month' | 'GB'
  readonly usd: number
}

/** How the resources of a stack are found without a manifest; every hit is verified by `read`. */
export type Hunt =
  /** The Resource Groups Tagging API lists this kind: the physical name from the ARN, undefined when the ARN is of another kind. */
  | { readonly arn: (arn: string, aws: Aws) => string | undefined | Promise<string | undefined> }
  /** It does not: list the physical names that may belong to `stack`. `zones` are the hosted zones the stack's tags name. */
  | { readonly list: (aws: Aws, stack: string, zones: readonly string[]) => Promise<string[]> }

/**
 * Knows one AWS kind and nothing of the manifest, of order, of waiting, of printing.
 * Props and outputs are plain JSON; absence is `null`, never `undefined`.
 * `read` answers undefined only when AWS says the thing is not there; everything else is thrown.
 * Any function may throw `NotYet(why)`: the engine comes back until `settles.atMostSeconds` have passed.
 */
export interface Provisioner<Props extends object, Out extends Outputs, R = unknown> {
  readonly kind: string
  readonly naming: { readonly max: number; readonly allow: RegExp }
  /** IAM actions it calls, exactly. */
  readonly permissions: { readonly read: string[]; readonly write: string[]; readonly remove: string[] }
  /** True for a live resource whose removal loses what nobody can rebuild: destroy and replace ask twice. */
  readonly holdsData?: (live: Live<Props, Out>) => boolean
  /** AWS gives this kind no tags; its ownership mark has room for storyarch's own, not for the user's. */
  readonly ownTagsOnly?: true
  /** Outputs that any change gives a new value. */
  readonly renews?: (keyof Out & string)[]
  /** How long AWS takes until it is ready. `background`: nothing waits for it, the summary says so. */
  readonly settles: {
    readonly usuallySeconds: number
    readonly atMostSeconds: number
    readonly background?: true
  }
  /** Kinds that must be gone before this kind can go. */
  readonly removeAfter: readonly string[]
  readonly hunt: Hunt
  /** Resources with the same key are written one after another (records of one zone). */
  readonly serialKey?: (name: string) => string
  /** The wish in the order AWS answers in (sets sorted, policies canonical). Pure; `read` applies it too. */
  readonly normal?: (props: Props) => Props
  read(aws: Aws, name: string): Promise<Live<Props, Out> | undefined>
  /** Only makes it exist, with its tags; the writers finish it. An AWS answer "already exists" is thrown on. */
  create(aws: Aws, name: string, want: Props, tags: Tags, making: Making<R>): Promise<unknown>
  /** One top-level part of the props = one AWS write. */
  readonly change: { readonly [Part in keyof Props]-?: Writer<Props, Out, R> | 'replace' | 'fixed' }
  retag(aws: Aws, live: Live<Props, Out>, put: Tags, drop: readonly string[]): Promise<unknown>
  /** Calm when it is already gone. */
  remove(aws: Aws, live: Live<Props, Out>): Promise<unknown>
  price(want: Props): CostLine[]
}

/** Something the stack uses and never owns: the default VPC, a hosted zone, a secret. */
export interface Lookup<Query extends object, Out extends Outputs> {
  readonly kind: string
  readonly permissions: { readonly read: string[] }
  /** Throws UserError when it is not there: the user makes it or names another. */
  find(aws: Aws, query: Query): Promise<Out>
}

/** One wished-for resource. `props` strings may hold output tokens of other resources. */
export interface Desired<Props extends object = object> {
  readonly kind: string
  /** Its name inside the stack: `bucket/frontend` is kind `bucket`, logical `frontend`. */
  readonly logical: string
  /** Its name in AWS. */
  readonly name: string
  readonly props: Props
  /** Ids it needs although no token says so. */
  readonly after: readonly string[]
  /** Tags beyond the stack's own and the user's. */
  readonly tags: Tags
  /** How its content is made; null for what has none. */
  readonly recipe: Recipe | null
}

/** One thing looked up; `logical` and tokens as for a resource. */
export interface Sought<Query extends object = object> {
  readonly kind: string
  readonly logical: string
  readonly query: Query
}

/** A whole stack as wished for. */
export interface Blueprint {
  /** `<project>/<environment>` */
  readonly stack: string
  readonly region: string
  /** The manifest's account pin, or null. */
  readonly account: string | null
  readonly userTags: Tags
  /** Id of the DynamoDB table that carries the stack's lease; every stack has one. */
  readonly anchor: string
  readonly resources: readonly Desired[]
  readonly lookups: readonly Sought[]
  /** Named values for people: the seed's outputs. Values may hold tokens. */
  readonly outputs: Readonly<Record<string, string>>
}

export const idOf = (thing: { kind: string; logical: string }): string => `${thing.kind}/${thing.logical}`
