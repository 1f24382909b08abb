import type { Tags } from '../../resource.ts'

/** `{Key, Value}` pairs as most services speak them. */
export const tagPairs = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** `{key, value}` pairs as ECS speaks them. */
export const lowerTagPairs = (tags: Tags): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }))

/** Tags from any of AWS's list shapes: `{Key, Value}`, or `{key, value}` in ECS. */
export const tagsFrom = (
  pairs: readonly { Key?: string; Value?: string; key?: string; value?: string }[] | undefined,
): Tags =>
  Object.fromEntries((pairs ?? []).map(pair => [pair.Key ?? pair.key ?? '', pair.Value ?? pair.value ?? '']))

/** The two halves of a retag, each called only when it has something to say (Logs refuses an empty list). */
export const putAndDrop = async (
  put: Tags,
  drop: readonly string[],
  tag: (put: Tags) => Promise<unknown>,
  untag: (keys: string[]) => Promise<unknown>,
): Promise<void> => {
  if (Object.keys(put).length > 0) await tag(put)
  if (drop.length > 0) await untag([...drop])
}
