import { type Blueprint, type Desired, idOf, type Tags } from '../resource.ts'
import { specOf } from './spec.ts'

export const STACK = 'storyarch:stack'
export const RESOURCE = 'storyarch:resource'
export const SPEC = 'storyarch:spec'
export const ZONE = 'storyarch:zone'
const MANAGED = 'storyarch:managed'
const USER_KEYS = 'storyarch:tags'
const MAX_VALUE = 256

/** All tags `desired` shall carry once its filled-in `props` are applied. */
export const tagsOf = (
  blueprint: Blueprint,
  desired: Desired,
  props: object,
  { ownTagsOnly }: { readonly ownTagsOnly?: true } = {},
): Tags => {
  const userTags = ownTagsOnly === true ? {} : blueprint.userTags
  const keys = Object.keys(userTags).sort().join(' ').slice(0, MAX_VALUE)
  return {
    ...userTags,
    ...desired.tags,
    ...(keys === '' ? {} : { [USER_KEYS]: keys }),
    [STACK]: blueprint.stack,
    [RESOURCE]: idOf(desired),
    [SPEC]: specOf(props),
    [MANAGED]: 'owned',
  }
}

export const isOurs = (tags: Tags, stack: string): boolean => tags[STACK] === stack

/** Whether the last apply put the user's tag `key` there, as far as its note of them goes. */
export const wasApplied = (live: Tags, key: string): boolean =>
  (live[USER_KEYS] ?? '').split(' ').includes(key)

/** What must be put and dropped so that `live` carries `want`. Tags that others set are left alone. */
export const tagChanges = (live: Tags, want: Tags): { put: Tags; drop: string[] } => {
  const put = Object.fromEntries(Object.entries(want).filter(([key, value]) => live[key] !== value))
  const drop = Object.keys(live).filter(
    key =>
      !(key in want) &&
      (wasApplied(live, key) || (key.startsWith('storyarch:') && key !== 'storyarch:artifact')),
  )
  return { put, drop }
}
