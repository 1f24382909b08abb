import { hashOfBytes } from '../../../artifacts/site/contentHash.ts'
import { invalidationPaths } from '../../../artifacts/site/invalidation.ts'
import {
  type Listed,
  type Put,
  planSync,
  type SyncPlan,
  unvouched,
} from '../../../artifacts/site/planSync.ts'
import type { SiteRecipe } from '../../../artifacts/site/recipe.ts'
import {
  GENERATED,
  keptKey,
  OWN_FOLDER,
  type Release,
  releaseKey,
  UNFINISHED,
  type Unfinished,
  unfinishedKey,
} from '../../../artifacts/site/release.ts'
import { toTheEnd } from '../../../artifacts/toTheEnd.ts'
import { NotYet, UserError } from '../../../errors.ts'
import type { Aws, Making } from '../../../resource.ts'
import { bucketTags, writeSiteTag } from './bucketTags.ts'
import { listBucket } from './listBucket.ts'
import { type Objects, objectsOf } from './objects.ts'
import { baseRecord, unfinishedIn } from './records.ts'
import { listingPrint, siteNote } from './siteNote.ts'
import { upload } from './upload.ts'
import { type Content, type WantedRelease, wantedRelease } from './wantedFiles.ts'

const MOST_AT_ONCE = 128
const FEWEST_AT_ONCE = 32
const ITEMS_PER_CONNECTION = 16
const SHOWN_NAMES = 5
const JSON_HEADERS = { type: 'application/json; charset=utf-8', cache: 'no-store' }

/**
 * Brings a bucket to a release and notes what stands. Whatever ends it, the next run goes on from what it finds:
 * the intent is written before the first upload, the tag last. `spec`: of the last apply; undefined keeps the one noted.
 */
export const deploySite = async (
  aws: Aws,
  bucket: string,
  want: Content,
  spec: string | undefined,
  making: Making<SiteRecipe>,
): Promise<void> => {
  const { recipe, signal } = making
  const objects = objectsOf(aws, bucket, signal)
  const [release, tags, listing] = await Promise.all([
    wantedRelease(objects, want, making),
    bucketTags(aws, bucket),
    listBucket(aws, bucket),
  ])
  const note = siteNote(tags ?? {})
  const [base, unfinished] = await Promise.all([
    baseRecord(objects, note?.version, listing),
    unfinishedIn(objects, listing),
  ])
  const state = { wanted: release.files, listing, base }
  const unsure = unvouched(state)
  const asked = await toTheEnd(
    unsure,
    widthFor(unsure.length),
    async path => [path, await objects.headers(path)] as const,
  )
  const { version } = release
  const { source, config } = want
  const plan = planSync({
    ...state,
    unfinished: [...unfinished.values()],
    headers: new Map(asked),
    release: { version, source, revision: recipe.revision, config },
    keepSeconds: recipe.keepSeconds,
    nowMs: recipe.nowMs,
  })
  checkAtHand(release, plan)
  tell(plan, making)
  if (changes(plan)) await noteIntent(objects, version, plan, unfinished)
  const after = await carryOut(aws, bucket, objects, release, plan, listing, making)
  const files = Object.fromEntries(
    [...release.files].map(([path, file]) => {
      const object = after.get(path)
      if (object === undefined) throw new NotYet(`${path} was removed while the site was deployed`)
      return [path, { ...file, ...object }]
    }),
  )
  const record: Release = { ...plan.next, files }
  const bytes = Buffer.from(JSON.stringify(record))
  const { md5s } = hashOfBytes(bytes)
  const etag = await objects.put(releaseKey(version), bytes, md5s[0] ?? '', JSON_HEADERS)
  const stands = new Map(after).set(releaseKey(version), { etag, size: bytes.length, modified: '' })
  await writeSiteTag(aws, bucket, {
    version,
    source,
    revision: recipe.revision,
    spec: spec ?? note?.spec ?? null,
    listing: listingPrint(stands),
    files: release.files.size,
    config,
  })
  const done = [...after.keys()].filter(key => key.startsWith(UNFINISHED))
  await toTheEnd(done, widthFor(done.length), key => objects.remove(key))
  making.tally('files unchanged', [...release.files.keys()].filter(isShipped).length - shippedIn(plan))
}

/** Requests in flight: a connection costs as much as a few requests, so few items share few. */
const widthFor = (items: number): number =>
  Math.min(MOST_AT_ONCE, Math.max(FEWEST_AT_ONCE, Math.ceil(items / ITEMS_PER_CONNECTION)))

const isShipped = (path: string): boolean => !GENERATED.includes(path)
const shippedIn = ({ stages }: SyncPlan): number => stages.flat().filter(({ path }) => isShipped(path)).length

/** Everything the plan needs is here or in the bucket, before anything is written. */
const checkAtHand = ({ version, local }: WantedRelease, { stages }: SyncPlan): void => {
  const missing = stages.flat().filter(({ path, copyOf }) => copyOf === null && !local.has(path))
  if (missing.length > 0)
    throw new UserError(
      `Release ${version} cannot be put back: ${named(
        missing.map(({ path }) => path),
        'file',
      )} of it ${missing.length === 1 ? 'is' : 'are'} gone.`,
      'Deploy the commit it was made of.',
    )
}

const named = (paths: readonly string[], noun: string): string => {
  const shown = paths.slice(0, SHOWN_NAMES).join(', ')
  const more = paths.length > SHOWN_NAMES ? ', …' : ''
  return `${paths.length} ${noun}${paths.length === 1 ? '' : 's'} (${shown}${more})`
}

const tell = ({ foreign, overwritten }: SyncPlan, { note }: Making<SiteRecipe>): void => {
  if (foreign.length > 0) note(`left alone what storyarch did not upload: ${named(foreign, 'object')}.`)
  if (overwritten.length > 0)
    note(`replaced what others wrote where the site has its own: ${named(overwritten, 'object')}.`)
}

const changes = ({ stages, keeps, removes, invalidates }: SyncPlan): boolean =>
  [...stages, keeps, removes, invalidates].some(list => list.length > 0)

/** Writes what the plan says and answers what then stands. */
const carryOut = async (
  aws: Aws,
  bucket: string,
  objects: Objects,
  release: WantedRelease,
  plan: SyncPlan,
  listing: ReadonlyMap<string, Listed>,
  making: Making<SiteRecipe>,
): Promise<ReadonlyMap<string, Listed>> => {
  if (!changes(plan)) return listing
  await toTheEnd(plan.keeps, widthFor(plan.keeps.length), ({ path, hash }) =>
    objects.copy(path, keptKey(hash), null),
  )
  const write = writer(objects, release, plan, making)
  for (const stage of plan.stages) await toTheEnd(stage, widthFor(stage.length), write)
  const remove = (keys: readonly string[]) =>
    toTheEnd(keys, widthFor(keys.length), key => objects.remove(key))
  const told = new Set(plan.invalidates)
  // An edge that forgot a file while it was still there would fetch it again, and keep it for a day.
  const removing = remove(plan.removes.filter(key => told.has(key)))
  await removing.catch(() => {})
  await invalidateChanged(aws, plan.invalidates, release.version, making)
  await removing
  await remove(plan.removes.filter(key => !told.has(key)))
  making.tally('files removed', plan.removes.filter(key => !key.startsWith(OWN_FOLDER)).length)
  return listBucket(aws, bucket, release.files.keys())
}

const noteIntent = async (
  objects: Objects,
  version: string,
  plan: SyncPlan,
  unfinished: ReadonlyMap<string, Unfinished>,
): Promise<void> => {
  const key = unfinishedKey(version)
  const sent = plan.stages.flat().filter(({ path, copyOf }) => copyOf !== path)
  const intent: Unfinished = {
    format: 1,
    files: {
      // An earlier try at the same release sent these; this one need not, and nothing else says that they are ours.
      ...unfinished.get(key)?.files,
      ...Object.fromEntries(
        sent.map(({ path, file: { hash, type, cache } }) => [path, { hash, type, cache }]),
      ),
    },
    invalidates: plan.invalidates,
  }
  const bytes = Buffer.from(JSON.stringify(intent))
  await objects.put(key, bytes, hashOfBytes(bytes).md5s[0] ?? '', JSON_HEADERS)
}

const writer = (
  objects: Objects,
  { local }: WantedRelease,
  plan: SyncPlan,
  { step, tally }: Making<SiteRecipe>,
) => {
  const total = plan.stages.flat().length
  let written = 0
  return async ({ path, file, copyOf }: Put): Promise<void> => {
    const here = local.get(path)
    if (copyOf !== null) await objects.copy(copyOf, path, file)
    else if (here !== undefined) {
      await upload(objects, path, here, file)
      tally('bytes sent', here.size)
      if (isShipped(path)) tally('files uploaded', 1)
    }
    step(`${++written} of ${total} files are up`)
  }
}

const invalidateChanged = async (
  aws: Aws,
  changed: readonly string[],
  version: string,
  { recipe: { distribution, nowMs }, tally, step }: Making<SiteRecipe>,
): Promise<void> => {
  const paths = invalidationPaths(changed)
  if (distribution === null || paths.length === 0) return
  step('invalidating')
  // The client of CloudFront is loaded when there is something for it to do.
  const { invalidate } = await import('./invalidate.ts')
  await invalidate(aws, distribution, paths, `storyarch-${version}-${nowMs}`)
  tally('paths invalidated', paths.length)
}
