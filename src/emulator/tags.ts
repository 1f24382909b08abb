import type { Call } from './service.ts'

/**
 * The one place tags live: every service keeps the tags of its taggable things in a table named `tags`, keyed by ARN,
 * an entry for each taggable thing even while it has none. The Resource Groups Tagging API reads these tables.
 */
export type TagMap = Record<string, string>

/** A `{Key,Value}[]` of an SDK input; members are optional there. */
export type TagList = readonly { Key?: string | undefined; Value?: string | undefined }[]

/** What the tagging API still shows of a deleted thing. `until`: epoch milliseconds. */
export interface Ghost {
  tags: TagMap
  until: number
}

const GHOST_MS = 30 * 60_000

export const tagsOf = (call: Call, arn: string): TagMap => call.table<TagMap>('tags').get(arn) ?? {}

/** Adds and overwrites; call it with `{}` when a taggable thing is made without tags. */
export const putTags = (call: Call, arn: string, tags: TagMap): void =>
  call.table<TagMap>('tags').set(arn, { ...tagsOf(call, arn), ...tags })

export const dropTags = (call: Call, arn: string, keys: readonly string[]): void =>
  call
    .table<TagMap>('tags')
    .set(arn, Object.fromEntries(Object.entries(tagsOf(call, arn)).filter(([key]) => !keys.includes(key))))

/** The thing is deleted. The tagging API goes on showing it for a while, as in AWS. */
export const forgetTags = (call: Call, arn: string): void => {
  const tags = tagsOf(call, arn)
  if (!call.table('tags').delete(arn)) return
  call.table<Ghost>('ghosts').set(arn, { tags, until: call.now + call.delay(GHOST_MS) })
}

export const tagMap = (list: TagList | undefined): TagMap =>
  Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))

export const tagList = (tags: TagMap): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/**
 * What is wrong with `tags` by the rules most services share, or undefined; each service words its own error.
 * `held`: the tags already there, for the limit of 50.
 */
export const tagFault = (tags: TagMap, held: TagMap = {}): string | undefined => {
  const wrong = Object.entries(tags).find(([key, value]) => !KEY.test(key) || !VALUE.test(value))
  if (wrong) return `The tag ${wrong[0]} has a key or a value that is not allowed`
  const reserved = Object.keys(tags).find(key => key.toLowerCase().startsWith('aws:'))
  if (reserved !== undefined) return `Tag keys starting with "aws:" are reserved: ${reserved}`
  if (Object.keys({ ...held, ...tags }).length > 50) return 'A resource can have no more than 50 tags'
  return undefined
}

const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u
