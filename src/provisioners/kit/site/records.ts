import type { Listed } from '../../../artifacts/site/planSync.ts'
import {
  RELEASES,
  type Release,
  releaseKey,
  UNFINISHED,
  type Unfinished,
} from '../../../artifacts/site/release.ts'
import { absentIf } from '../absentIf.ts'
import type { Objects } from './objects.ts'

const GONE = ['NoSuchKey', 'NotFound', 'NoSuchBucket']

const parsed = <T extends { readonly format: number }>(key: string, bytes: Buffer): T => {
  const record = JSON.parse(bytes.toString('utf8')) as T
  if (record.format !== 1)
    throw new Error(`${key} is of format ${record.format}, which this version of storyarch does not know`)
  return record
}

/** The record of a release; undefined when it is not there. */
export const recordOf = async (objects: Objects, version: string): Promise<Release | undefined> => {
  const key = releaseKey(version)
  const bytes = await absentIf(objects.get(key), ...GONE)
  return bytes === undefined ? undefined : parsed<Release>(key, bytes)
}

/**
 * What the last deploy that got through left: the release the tag names, or, when somebody took the tag or the
 * record away, the newest record there is.
 */
export const baseRecord = async (
  objects: Objects,
  version: string | undefined,
  listing: ReadonlyMap<string, Listed>,
): Promise<Release | null> => {
  const named = version === undefined ? undefined : await recordOf(objects, version)
  if (named !== undefined) return named
  const records = [...listing].filter(([key]) => key.startsWith(RELEASES))
  const [newest] = records.sort(([, a], [, b]) => (a.modified > b.modified ? -1 : 1))
  return newest === undefined ? null : parsed<Release>(newest[0], await objects.get(newest[0]))
}

/** What killed runs were about to do, by the key of the note that says so. */
export const unfinishedIn = async (
  objects: Objects,
  listing: ReadonlyMap<string, Listed>,
): Promise<ReadonlyMap<string, Unfinished>> => {
  const keys = [...listing.keys()].filter(key => key.startsWith(UNFINISHED))
  const read = async (key: string) => [key, parsed<Unfinished>(key, await objects.get(key))] as const
  return new Map(await Promise.all(keys.map(read)))
}
