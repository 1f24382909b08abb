import { createHash } from 'node:crypto'
import type { Listed } from '../../../artifacts/site/planSync.ts'
import { OWN_FOLDER, type SiteConfig, UNFINISHED } from '../../../artifacts/site/release.ts'
import type { Tags } from '../../../resource.ts'
import { type ArtifactNote, artifactDetails, artifactNote, artifactTag } from '../artifactTag.ts'

/** What the bucket's tag says of its content: enough to see from a listing alone that all is as it was left. */
export interface SiteNote extends ArtifactNote {
  /** Of the whole listing as the deploy left it. */
  readonly listing: string
  /** How many files the release has. */
  readonly files: number
  /** Undefined when it has no room in the tag: the release's record holds it. */
  readonly config: SiteConfig | undefined
}

const MOST_CHARACTERS = 256
const NONE = '-'
/** Stands for the API's URL at the beginning of the start URL. */
const SAME = '='
/** What a tag's value may hold (Tagging API Reference), without the space that parts our words. */
const FITS = /^[A-Za-z0-9+\-=._:/@]+$/

export const siteTag = (note: SiteNote): string => {
  const words = note.config === undefined ? [] : configWords(note.config)
  const whole = artifactTag(note, note.listing, String(note.files), ...words)
  const fits = words.length > 0 && words.every(word => FITS.test(word)) && whole.length <= MOST_CHARACTERS
  return fits ? whole : artifactTag(note, note.listing, String(note.files))
}

/** Undefined when no deploy ever got through. */
export const siteNote = (tags: Tags): SiteNote | undefined => {
  const note = artifactNote(tags)
  const [listing, files, apiUrl, startUrl] = artifactDetails(tags)
  if (note === undefined || listing === undefined || files === undefined) return undefined
  const config = apiUrl === undefined || startUrl === undefined ? undefined : configIn(apiUrl, startUrl)
  return { ...note, listing, files: Number(files), config }
}

const configWords = ({ apiUrl, startUrl }: SiteConfig): string[] => [
  apiUrl ?? NONE,
  shortened(startUrl, apiUrl),
]

const shortened = (startUrl: string | null, apiUrl: string | null): string => {
  if (startUrl === null) return NONE
  return apiUrl !== null && startUrl.startsWith(apiUrl) ? SAME + startUrl.slice(apiUrl.length) : startUrl
}

const configIn = (apiWord: string, startWord: string): SiteConfig => {
  const apiUrl = apiWord === NONE ? null : apiWord
  const startUrl = startWord.startsWith(SAME) ? (apiUrl ?? '') + startWord.slice(1) : startWord
  return { apiUrl, startUrl: startWord === NONE ? null : startUrl }
}

/**
 * Sixteen hex digits of all that S3 lists: keys, ETags, sizes, and the times of the last writes, since a change of
 * headers alone shows in nothing else. Of the tool's own notes the times are not known when they are written.
 */
export const listingPrint = (listing: ReadonlyMap<string, Listed>): string => {
  const lines = [...listing]
    .filter(([key]) => !key.startsWith(UNFINISHED))
    .map(([key, { etag, size, modified }]) =>
      [key, etag, size, key.startsWith(OWN_FOLDER) ? '' : modified].join('\0'),
    )
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex').slice(0, 16)
}
