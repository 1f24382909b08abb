import type { Tally } from '../resource.ts'

/** What the engine tells while it works. Printing is somebody else's. */
export type Event =
  | { readonly type: 'started'; readonly id: string; readonly verb: Verb; readonly usuallySeconds: number }
  | { readonly type: 'waiting'; readonly id: string; readonly why: string }
  /** What a long piece of work is at. */
  | { readonly type: 'step'; readonly id: string; readonly text: string }
  | { readonly type: 'tally'; readonly id: string; readonly what: Tally; readonly count: number }
  | { readonly type: 'done'; readonly id: string; readonly verb: Verb; readonly durationMs: number }
  | { readonly type: 'failed'; readonly id: string; readonly verb: Verb; readonly error: unknown }
  /** Not tried because `on` failed. */
  | { readonly type: 'skipped'; readonly id: string; readonly on: string }
  /** Applied, but AWS goes on in the background (a distribution deploying). */
  | { readonly type: 'background'; readonly id: string; readonly usuallySeconds: number }
  | { readonly type: 'note'; readonly text: string }

export type Verb =
  | 'create'
  | 'update'
  | 'replace'
  | 'delete'
  | 'adopt'
  | 'finish'
  | 'lock'
  // What is done with a live stack.
  | 'place'
  | 'pull'
  | 'restore'
  | 'boot'
  | 'stop'
  | 'fetch'
  | 'check'

export type Report = (event: Event) => void
