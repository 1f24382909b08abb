import type { Tags } from '../../resource.ts'

/** `{Key, Value}` pairs as most services speak them. */
export const tagPairs = (tags: Tags): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** Tags from any of AWS's list shapes: `{Key, Value}`, or `{key, value}` in ECS. */
export const tagsFrom = (
  pairs: readonly { Key?: string; Value?: string; key?: string; value?: string }[] | undefined,
): Tags =>
  Object.fromEntries((pairs ?? []).map(pair => [pair.Key ?? pair.key ?? '', pair.Value ?? pair.value ?? '']))
