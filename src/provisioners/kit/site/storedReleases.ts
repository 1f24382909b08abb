import type { PastRelease } from '../../../artifacts/site/release.ts'
import type { Aws } from '../../../resource.ts'
import { bucketTags } from './bucketTags.ts'
import { objectsOf } from './objects.ts'
import { recordOf } from './records.ts'
import { siteNote } from './siteNote.ts'

/** A release of a site that `from: 'version'` can put back, or that stands. */
export interface StoredRelease extends Omit<PastRelease, 'replacedAtMs'> {
  readonly current: boolean
}

/** The releases a bucket holds, the current one first, then the newest; none when nothing was deployed. */
export const storedReleases = async (aws: Aws, bucket: string): Promise<StoredRelease[]> => {
  const note = siteNote((await bucketTags(aws, bucket)) ?? {})
  if (note === undefined) return []
  const record = await recordOf(objectsOf(aws, bucket, new AbortController().signal), note.version)
  if (record === undefined) return []
  return [{ ...record, current: true }, ...record.past.map(past => ({ ...past, current: false }))].map(
    ({ version, source, revision, atMs, current }) => ({ version, source, revision, atMs, current }),
  )
}
