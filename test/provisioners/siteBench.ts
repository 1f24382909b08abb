import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  CloudFrontClient,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { SiteRecipe } from '../../src/artifacts/site/recipe.ts'
import { OWN_FOLDER } from '../../src/artifacts/site/release.ts'
import { siteSource } from '../../src/artifacts/site/siteSource.ts'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { apply } from '../../src/engine/apply.ts'
import { makePlan } from '../../src/engine/makePlan.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { provisioners } from '../../src/provisioners/index.ts'
import type { Blueprint, Tally } from '../../src/resource.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { bareDistribution } from './samples/bucketContents.ts'

export const BUCKET = 'notes-frontend-test'
const STACK = 'notes/test'
export const DAY = 86_400

export interface Deployed {
  readonly plan: Plan
  readonly counts: Partial<Record<Tally, number>>
  readonly notes: readonly string[]
  /** S3 and CloudFront calls by operation, reads of the plan included. */
  readonly calls: Readonly<Record<string, number>>
}

export type SiteBench = Awaited<ReturnType<typeof openSiteBench>>

/** One bucket with a distribution on an embedded AWS, a folder with a site, and the real engine between them. */
export const openSiteBench = async () => {
  let intercepting: Intercept = () => undefined
  const emulator = await freshAws((call, phase) => intercepting(call, phase))
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-site-'))
  const scratch = await mkdtemp(join(tmpdir(), 'storyarch-site-'))
  const outside = openWorld(emulator.endpoint, 'us-east-1')
  const s3 = outside.session.client(S3Client)
  const edges = outside.session.client(CloudFrontClient)
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const tags = {
    'storyarch:stack': STACK,
    'storyarch:resource': 'bucket/frontend',
    'storyarch:managed': 'owned',
  }
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  await s3.send(new PutBucketTaggingCommand({ Bucket: BUCKET, Tagging: { TagSet } }))
  const distribution = await bareDistribution(outside.aws, BUCKET)
  const module = join(scratch, 'storyarch.js')
  await writeFile(module, 'export const wake = () => {}')
  let nowMs = Date.UTC(2026, 0, 1)

  const recipe = (over: Partial<SiteRecipe> = {}): SiteRecipe =>
    ({
      from: 'sources',
      folder,
      build: null,
      workFolder: join(scratch, 'work'),
      revision: null,
      cache: [],
      keepSeconds: 7 * DAY,
      distribution,
      module,
      known: null,
      nowMs,
      ...over,
    }) as SiteRecipe

  const blueprint = async (recipe: SiteRecipe, source: string | null): Promise<Blueprint> => ({
    stack: STACK,
    region: 'us-east-1',
    account: null,
    userTags: {},
    anchor: 'table/none',
    resources: [
      {
        kind: 'bucketContents',
        logical: 'frontend',
        name: BUCKET,
        props: {
          content: {
            source: source ?? (await siteSource(recipe)),
            config: { apiUrl: 'https://api.example', startUrl: 'https://api.example/prod/start' },
            damaged: [],
          },
        },
        after: [],
        tags: {},
        recipe,
      },
    ],
    lookups: [],
    outputs: {},
  })

  const openDeploy = (signal?: AbortSignal) => {
    const world = openWorld(emulator.endpoint, 'us-east-1', { maxAttempts: 2, ...(signal && { signal }) })
    return { ...world, kinds: { ...world.kinds, names: ['bucketContents'] } }
  }
  const consent = { adopt: false, deleteData: true, wants: () => true }

  return {
    folder,
    scratch,
    module,
    endpoint: emulator.endpoint,
    s3,
    aws: outside.aws,
    recipe,
    forwardSeconds(seconds: number): void {
      nowMs += seconds * 1000
    },
    intercept(next: Intercept): void {
      intercepting = next
    },

    async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), content)
      }
    },
    unlink: (path: string) => rm(join(folder, path), { recursive: true }),

    /** Plans and applies as `up` does; rejects with what failed. `source` overrides the wish's. */
    async deploy(
      over: Partial<SiteRecipe> = {},
      { source = null, signal }: { source?: string | null; signal?: AbortSignal } = {},
    ): Promise<Deployed> {
      const world = openDeploy(signal)
      emulator.calls.clear()
      try {
        const wished = await blueprint(recipe(over), source)
        const { plan, found } = await makePlan(world, wished, consent)
        const { failed } = await apply(world, wished, found, plan)
        if (failed[0] !== undefined) throw failed[0].error
        const counts: Partial<Record<Tally, number>> = {}
        const notes: string[] = []
        for (const event of world.events) {
          if (event.type === 'tally') counts[event.what] = (counts[event.what] ?? 0) + event.count
          if (event.type === 'note') notes.push(event.text)
        }
        return { plan, counts, notes, calls: emulator.calls.counts() }
      } finally {
        world.session.close()
      }
    },

    async plan(over: Partial<SiteRecipe> = {}): Promise<Plan> {
      const world = openDeploy()
      emulator.calls.clear()
      try {
        return (await makePlan(world, await blueprint(recipe(over), null), consent)).plan
      } finally {
        world.session.close()
      }
    },
    calls: () => emulator.calls.counts(),
    live: () => provisioners['bucketContents']?.read(outside.aws, BUCKET),
    async remove(): Promise<void> {
      const live = await provisioners['bucketContents']?.read(outside.aws, BUCKET)
      if (live !== undefined) await provisioners['bucketContents']?.remove(outside.aws, live)
    },

    /** Keys the visitors can ask for, sorted. */
    async served(): Promise<string[]> {
      return (await keys()).filter(key => !key.startsWith(OWN_FOLDER))
    },
    keys: () => keys(),
    async text(Key: string): Promise<string> {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }))
      return (await Body?.transformToString()) ?? ''
    },
    async head(Key: string) {
      const { ContentType, CacheControl, ContentLength } = await s3.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key }),
      )
      return { type: ContentType, cache: CacheControl, size: ContentLength }
    },
    /** The paths of each invalidation, oldest first. */
    async invalidations(): Promise<string[][]> {
      const { InvalidationList } = await edges.send(
        new ListInvalidationsCommand({ DistributionId: distribution }),
      )
      const all = await Promise.all(
        (InvalidationList?.Items ?? []).map(async ({ Id }) => {
          const { Invalidation } = await edges.send(
            new GetInvalidationCommand({ DistributionId: distribution, Id }),
          )
          return {
            at: Invalidation?.CreateTime?.getTime() ?? 0,
            paths: Invalidation?.InvalidationBatch?.Paths?.Items ?? [],
          }
        }),
      )
      return all.sort((a, b) => a.at - b.at).map(({ paths }) => paths)
    },
    async close(): Promise<void> {
      outside.session.close()
      await emulator.close()
      for (const path of [folder, scratch]) await rm(path, { recursive: true, force: true })
    },
  }

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET }))
    return Contents.map(({ Key = '' }) => Key)
  }
}
