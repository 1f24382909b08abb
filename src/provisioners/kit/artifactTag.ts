import type { Tags } from '../../resource.ts'

/** What stands of a content (an image, a site's files): said by one tag of the thing that holds it. */
export interface ArtifactNote {
  /** What was uploaded: an image's digest, a site's version. */
  readonly version: string
  /** Hash of what it was made from. */
  readonly source: string
  /** Commit of its sources, with `-dirty` where they were changed since; null without git. */
  readonly revision: string | null
  /** The `storyarch:spec` of the last apply, which the content cannot carry itself; null until it is known. */
  readonly spec: string | null
}

export const ARTIFACT = 'storyarch:artifact'
export const SPEC = 'storyarch:spec'
const STACK = 'storyarch:stack'
export const RESOURCE = 'storyarch:resource'
const MANAGED = 'storyarch:managed'
const NONE = '-'

/** The tag's value: four words, at most 240 of a tag's 256 characters, and behind them what a kind wants to add. */
export const artifactTag = ({ version, source, revision, spec }: ArtifactNote, ...more: string[]): string =>
  [version, source, revision ?? NONE, spec ?? NONE, ...more].join(' ')

/** The note in the tags of the thing that holds the content; undefined when nothing was uploaded yet. */
export const artifactNote = (parent: Tags): ArtifactNote | undefined => {
  const [version, source, revision, spec] = (parent[ARTIFACT] ?? '').split(' ')
  if (version === undefined || source === undefined || revision === undefined || spec === undefined)
    return undefined
  const word = (text: string) => (text === NONE ? null : text)
  return { version, source, revision: word(revision), spec: word(spec) }
}

/** What a kind added behind the note's own words. */
export const artifactDetails = (parent: Tags): string[] => (parent[ARTIFACT] ?? '').split(' ').slice(4)

/** The tags that a content of `kind` would carry if AWS let it: it belongs to whom the thing that holds it belongs. */
export const tagsOfContent = (kind: string, parent: Tags, { spec }: ArtifactNote): Tags => {
  const given = (key: string, value: string | null | undefined) => (value == null ? {} : { [key]: value })
  return {
    ...given(STACK, parent[STACK]),
    ...given(RESOURCE, parent[RESOURCE]?.replace(/^[^/]+/, kind)),
    ...given(MANAGED, parent[MANAGED]),
    ...given(SPEC, spec),
  }
}

/** What must be put on and dropped from the thing that holds a content, so that the content's tags change as asked. */
export const holderTags = (
  parent: Tags,
  put: Tags,
  drop: readonly string[],
): { readonly put: Tags; readonly drop: readonly string[] } => {
  const note = artifactNote(parent)
  const spec = drop.includes(SPEC) ? null : (put[SPEC] ?? note?.spec ?? null)
  const owner = Object.fromEntries(Object.entries(put).filter(([key]) => key === STACK || key === MANAGED))
  return {
    put: { ...owner, ...(note && spec !== note.spec && { [ARTIFACT]: artifactTag({ ...note, spec }) }) },
    drop: drop.filter(key => key === STACK || key === MANAGED),
  }
}
