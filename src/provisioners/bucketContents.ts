import { inParallel } from '../artifacts/inParallel.ts'
import { oursIn } from '../artifacts/site/leftovers.ts'
import { isAsLeft, type Listed } from '../artifacts/site/planSync.ts'
import type { SiteRecipe } from '../artifacts/site/recipe.ts'
import { OWN_FOLDER, type Release, releaseKey, type SiteConfig } from '../artifacts/site/release.ts'
import type { Aws, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { nameInArn } from './kit/arn.ts'
import { ARTIFACT, RESOURCE, SPEC, tagsOfContent } from './kit/artifactTag.ts'
import { retagged } from './kit/ownMark.ts'
import { bucketTags, changeBucketTags } from './kit/site/bucketTags.ts'
import { listBucket } from './kit/site/listBucket.ts'
import { objectsOf } from './kit/site/objects.ts'
import { baseRecord, recordOf, unfinishedIn } from './kit/site/records.ts'
import { listingPrint, type SiteNote, siteNote, siteTag } from './kit/site/siteNote.ts'

/** name: the bucket's. */
export interface BucketContentsProps {
  content: {
    /** Hex digest of what it is made from: see `siteSource`. */
    source: string
    /** What the page learns of its backend, in `/storyarch.json`. */
    config: SiteConfig
    /** Wished for: none. Live: files that are gone or were changed by somebody else. */
    damaged: string[]
  }
}

export interface BucketContentsOut extends Outputs {
  /** The bucket's. */
  name: string
  version: string
  /** Empty without git. */
  revision: string
  /** How many files it has. */
  files: string
}

const KIND = 'bucketContents'
const PARENT = 'bucket'
const WIDTH = 96
const SHOWN_DAMAGE = 20

/** The tag has room for half of it, which is enough. */
const SOURCE_DIGITS = 32

/** The signal of what cannot be interrupted: reading, and removing. */
const NEVER = new AbortController().signal

const normal = ({ content }: BucketContentsProps): BucketContentsProps => ({
  content: { ...content, source: content.source.slice(0, SOURCE_DIGITS) },
})

const damageOf = (
  { version }: SiteNote,
  record: Release | undefined,
  listing: ReadonlyMap<string, Listed>,
): string[] => {
  if (record === undefined) return [releaseKey(version)]
  const damaged = Object.entries(record.files)
    .filter(([path, file]) => !isAsLeft(listing.get(path), file))
    .map(([path]) => path)
    .sort()
  const more = damaged.length - SHOWN_DAMAGE
  return more > 0 ? [...damaged.slice(0, SHOWN_DAMAGE), `… and ${more} more`] : damaged
}

/** What a deploy needs is loaded when there is something to deploy. */
const deploy = async (
  ...release: Parameters<typeof import('./kit/site/deploySite.ts').deploySite>
): Promise<void> => {
  const { deploySite } = await import('./kit/site/deploySite.ts')
  await deploySite(...release)
}

export const bucketContents: Provisioner<BucketContentsProps, BucketContentsOut, SiteRecipe> = {
  kind: KIND,
  naming: { max: 63, allow: /^[a-z0-9][a-z0-9-]+[a-z0-9]$/ },
  permissions: {
    read: ['s3:GetBucketTagging', 's3:ListBucket', 's3:GetObject'],
    write: [
      's3:PutObject',
      's3:DeleteObject',
      's3:AbortMultipartUpload',
      's3:PutBucketTagging',
      'cloudfront:CreateInvalidation',
    ],
    remove: ['s3:DeleteObject', 's3:PutBucketTagging'],
  },
  // AWS gives it no tags; what its bucket's tag can hold has no room for the user's.
  ownTagsOnly: true,
  renews: ['version', 'revision', 'files'],
  settles: { usuallySeconds: 10, atMostSeconds: 300 },
  removeAfter: [],
  hunt: { arn: nameInArn('s3', '') },
  normal,

  /** A tag and a listing; the record too when the listing is not what the last deploy left. */
  async read(aws, name) {
    const tags = await bucketTags(aws, name)
    const note = siteNote(tags ?? {})
    if (tags === undefined || note === undefined) return undefined
    const listing = await absentIf(listBucket(aws, name), 'NoSuchBucket')
    if (listing === undefined) return undefined
    const asLeft = listingPrint(listing) === note.listing
    const known = asLeft && note.config !== undefined
    const record = known ? undefined : await recordOf(objectsOf(aws, name, NEVER), note.version)
    const config = note.config ?? record?.config ?? { apiUrl: null, startUrl: null }
    return {
      props: {
        content: { source: note.source, config, damaged: asLeft ? [] : damageOf(note, record, listing) },
      },
      out: {
        name,
        version: note.version,
        revision: note.revision ?? '',
        files: String(note.files),
      },
      tags: tagsOfContent(KIND, tags, note),
      health: 'ready',
    }
  },

  create: (aws, name, want, tags, making) => deploy(aws, name, want.content, tags[SPEC], making),

  change: {
    content: (aws, { out }, want, making) => deploy(aws, out.name, want.content, undefined, making),
  },

  /** It belongs to whom its bucket belongs; only the spec is its own. */
  retag: (aws, { out }, put, drop) =>
    changeBucketTags(aws, out.name, tags => {
      const note = siteNote(tags)
      const spec = drop.includes(SPEC) ? null : (put[SPEC] ?? note?.spec ?? null)
      const { [SPEC]: _own, ...others } = put
      const onParent = Object.fromEntries(
        Object.entries(others).map(([key, value]) => [
          key,
          key === RESOURCE ? value.replace(/^[^/]+/, PARENT) : value,
        ]),
      )
      const rest = retagged(
        tags,
        onParent,
        drop.filter(key => key !== SPEC),
      )
      return note === undefined ? rest : { ...rest, [ARTIFACT]: siteTag({ ...note, spec }) }
    }),

  /** What the tool uploaded and its notes; the tag last, so that a second try finds the rest. */
  async remove(aws, { out }) {
    const name = out.name
    const listing = await absentIf(listBucket(aws, name), 'NoSuchBucket')
    if (listing === undefined) return
    await inParallel(await ownKeys(aws, name, out.version, listing), WIDTH, key =>
      objectsOf(aws, name, NEVER).remove(key),
    )
    await changeBucketTags(aws, name, ({ [ARTIFACT]: _gone, ...rest }: Tags) => rest)
  },

  price: () => [],
}

const ownKeys = async (
  aws: Aws,
  name: string,
  version: string,
  listing: ReadonlyMap<string, Listed>,
): Promise<string[]> => {
  const objects = objectsOf(aws, name, NEVER)
  const [base, unfinished] = await Promise.all([
    baseRecord(objects, version, listing),
    unfinishedIn(objects, listing),
  ])
  const ours = oursIn({ base, unfinished: [...unfinished.values()], listing, nowMs: 0 })
  return [...ours, ...[...listing.keys()].filter(key => key.startsWith(OWN_FOLDER))]
}
