import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Headers, isHtml, isLasting } from '../../../src/artifacts/site/headers.ts'
import {
  type Listed,
  planSync,
  type SyncPlan,
  type SyncState,
  unvouched,
  type WantedFile,
} from '../../../src/artifacts/site/planSync.ts'
import {
  GENERATED,
  keptKey,
  OWN_FOLDER,
  type Release,
  releaseKey,
  type Unfinished,
  unfinishedKey,
} from '../../../src/artifacts/site/release.ts'
import { IMMUTABLE } from '../../../src/artifacts/site/servedAs.ts'

/** A bucket in memory, and the deploys that ran on it or died. */
interface Bucket {
  readonly objects: Map<string, Listed & Headers>
  base: Release | null
  readonly unfinished: Map<string, Unfinished>
  clock: number
}

const KEEP_SECONDS = 100
const PATHS = [
  'index.html',
  'about.html',
  'robots.txt',
  'logo.svg',
  'assets/app.1a2b3c4d.js',
  'assets/app.9f8e7d6c.js',
  'storyarch.json',
]
const FOREIGN = ['theirs.txt', 'robots.txt', 'index.html', 'assets/app.1a2b3c4d.js', 'uploads/x.bin']

const headersOf = (path: string): Headers => ({
  type: path.endsWith('.html') ? 'text/html; charset=utf-8' : 'text/plain',
  cache: path.startsWith('assets/') ? IMMUTABLE : 'no-cache',
})
const wantedOf = (path: string, content: string, cache?: string): WantedFile => ({
  hash: content.padEnd(4, '.'),
  size: content.length,
  ...headersOf(path),
  ...(cache !== undefined && { cache }),
})

const stateOf = (
  bucket: Bucket,
  wanted: ReadonlyMap<string, WantedFile>,
  version: string,
  nowMs: number,
): SyncState => {
  const known = { wanted, listing: bucket.objects, base: bucket.base }
  return {
    ...known,
    unfinished: [...bucket.unfinished.values()],
    headers: new Map(unvouched(known).map(path => [path, bucket.objects.get(path) as Headers])),
    release: { version, source: version, revision: null, config: { apiUrl: null, startUrl: null } },
    keepSeconds: KEEP_SECONDS,
    nowMs,
  }
}

/** Carries a plan out, as the provisioner does, up to `writes` writes; answers the keys in their order. */
const carryOut = (
  bucket: Bucket,
  version: string,
  plan: SyncPlan,
  wanted: ReadonlyMap<string, WantedFile>,
  writes: number,
) => {
  let left = writes
  const log: string[] = []
  const write = (key: string, act: () => void): boolean => {
    if (left-- <= 0) return false
    log.push(key)
    act()
    return true
  }
  const put = (key: string, object: Omit<Listed, 'modified'> & Headers) =>
    bucket.objects.set(key, { ...object, modified: `${++bucket.clock}` })
  const note = { etag: version, size: 1, type: 'application/json', cache: 'no-store' }
  const intent: Unfinished = {
    format: 1,
    files: Object.fromEntries(
      plan.stages
        .flat()
        .filter(({ path, copyOf }) => path !== copyOf)
        .map(({ path, file }) => [path, file]),
    ),
    invalidates: plan.invalidates,
  }
  const steps: [string, () => void][] = [
    [
      unfinishedKey(version),
      () => {
        bucket.unfinished.set(version, intent)
        put(unfinishedKey(version), note)
      },
    ],
    ...plan.keeps.map(({ path, hash }): [string, () => void] => [
      keptKey(hash),
      () => put(keptKey(hash), bucket.objects.get(path) ?? { ...note, etag: 'lost' }),
    ]),
    ...plan.stages
      .flat()
      .map(({ path, file }): [string, () => void] => [
        path,
        () => put(path, { etag: file.hash, size: file.size, type: file.type, cache: file.cache }),
      ]),
    ...plan.removes.map((key): [string, () => void] => [key, () => bucket.objects.delete(key)]),
  ]
  for (const [key, act] of steps) if (!write(key, act)) return { done: false, log }
  const files = Object.fromEntries(
    [...wanted].map(([path, file]) => [path, { ...file, ...(bucket.objects.get(path) as Listed) }]),
  )
  bucket.base = { ...plan.next, files }
  put(releaseKey(version), note)
  for (const known of bucket.unfinished.keys()) bucket.objects.delete(unfinishedKey(known))
  bucket.unfinished.clear()
  return { done: true, log }
}

const content = fc.constantFrom('a', 'b', 'c')
const release = fc
  .uniqueArray(fc.constantFrom(...PATHS), { minLength: 1 })
  .chain(paths =>
    fc.tuple(
      ...paths.map(path =>
        content.map(text => [path, path.includes('app.') ? path.slice(11, 15) : text] as const),
      ),
    ),
  )
  .map(files => new Map(files.map(([path, text]) => [path, wantedOf(path, text)])))
const step = fc.record({
  wanted: release,
  writes: fc.oneof(fc.constant(1000), fc.nat(12)),
  pass: fc.constantFrom(0, 50, 101),
  theirs: fc.option(fc.constantFrom(...FOREIGN), { freq: 4 }),
})

/** Runs random deploys, some of which die, with somebody else at work in between; looks at every plan. */
const history = (
  look: (of: {
    state: SyncState
    plan: SyncPlan
    bucket: Bucket
    theirs: ReadonlySet<string>
    everWanted: ReadonlySet<string>
  }) => void,
) =>
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), steps => {
      const bucket: Bucket = { objects: new Map(), base: null, unfinished: new Map(), clock: 0 }
      const theirs = new Set<string>()
      const everWanted = new Set<string>()
      let nowMs = 1_000_000
      for (const [at, { wanted, writes, pass, theirs: path }] of steps.entries()) {
        nowMs += pass * 1000
        if (path !== null) {
          theirs.add(path)
          bucket.objects.set(path, {
            etag: `theirs ${at}`,
            size: 3,
            modified: `${++bucket.clock}`,
            ...headersOf(path),
          })
        }
        const version = `v${at}`
        const state = stateOf(bucket, wanted, version, nowMs)
        const plan = planSync(state)
        for (const key of wanted.keys()) everWanted.add(key)
        look({ state, plan, bucket, theirs, everWanted })
        carryOut(bucket, version, plan, wanted, writes)
      }
    }),
    { numRuns: 300 },
  )

describe('the plan of a sync', () => {
  test('carried out, leaves exactly what is wanted, and the next one has nothing to do', () => {
    history(({ state, plan, bucket }) => {
      const copy: Bucket = {
        ...bucket,
        objects: new Map(bucket.objects),
        unfinished: new Map(bucket.unfinished),
      }
      const version = state.release.version
      expect(carryOut(copy, version, plan, state.wanted, Number.POSITIVE_INFINITY).done).toBe(true)
      for (const [path, file] of state.wanted)
        expect(copy.objects.get(path)).toMatchObject({
          etag: file.hash,
          size: file.size,
          type: file.type,
          cache: file.cache,
        })
      const again = planSync(stateOf(copy, state.wanted, version, state.nowMs))
      expect(again.stages.flat()).toEqual([])
      expect(again.removes).toEqual([])
      expect(again.keeps).toEqual([])
      expect(again.invalidates).toEqual([])
      expect(again.unchanged).toBe(state.wanted.size)
    })
  })

  test('never removes what the tool did not write', () => {
    history(({ state, plan, everWanted }) => {
      for (const key of plan.removes) {
        if (key.startsWith(OWN_FOLDER)) continue
        expect(everWanted).toContain(key)
        expect(state.listing.get(key)?.etag).not.toMatch(/^theirs/)
        expect(state.wanted.has(key)).toBe(false)
      }
      for (const [key, { etag }] of state.listing)
        if (etag.startsWith('theirs') && !state.wanted.has(key) && !key.startsWith(OWN_FOLDER))
          expect(plan.foreign).toContain(key)
    })
  })

  test('has every page last, and before the pages nothing that a page would miss', () => {
    history(({ plan }) => {
      const [assets, others, pages] = plan.stages
      for (const { file, path } of [...assets, ...others]) expect([path, isHtml(file)]).toEqual([path, false])
      for (const { file, path } of pages) expect(isHtml(file) || path === 'storyarch.json').toBe(true)
      for (const { file, path } of others) expect(isLasting(path, file)).toBe(false)
    })
  })

  test('removes no hashed file that was part of the site less than the kept time ago', () => {
    const lastSeen = new Map<string, number>()
    let newest = 0
    history(({ state, plan }) => {
      // Histories follow one another; a clock that went back is another history.
      if (state.nowMs < newest || state.base === null) lastSeen.clear()
      newest = state.nowMs
      for (const path of Object.keys(state.base?.files ?? {}))
        if (!state.wanted.has(path) && !state.base?.stale[path]) lastSeen.set(path, state.nowMs)
      for (const key of plan.removes) {
        const seen = lastSeen.get(key)
        if (seen === undefined || !key.startsWith('assets/')) continue
        expect(state.nowMs - seen).toBeGreaterThanOrEqual(KEEP_SECONDS * 1000)
      }
    })
  })

  test('forgets no path whose old content an edge may hold, whoever died before', () => {
    history(({ state, plan }) => {
      const owed = new Set(plan.invalidates)
      for (const { path } of plan.stages.flat())
        if (state.listing.has(path) && !GENERATED.includes(path)) expect(owed).toContain(path)
      for (const { invalidates } of state.unfinished)
        for (const path of invalidates) expect(owed).toContain(path)
    })
  })

  test('sends a file again that is too large for a copy inside the bucket', () => {
    const stood = { ...wantedOf('video.mp4', 'a'), size: 6 * 1024 ** 3 }
    const bucket: Bucket = { objects: new Map(), base: null, unfinished: new Map(), clock: 0 }
    const deploy = (file: WantedFile, nowMs: number) => {
      const wanted = new Map([['video.mp4', file]])
      const plan = planSync(stateOf(bucket, wanted, `v${nowMs}`, nowMs))
      carryOut(bucket, `v${nowMs}`, plan, wanted, Number.POSITIVE_INFINITY)
      return plan.stages.flat()
    }
    deploy(stood, 1)
    expect(deploy({ ...stood, cache: IMMUTABLE }, 2)).toMatchObject([{ path: 'video.mp4', copyOf: null }])
  })

  test('keeps what a past release needs: every one of the list can be put back whole', () => {
    history(({ state, plan, bucket }) => {
      const copy: Bucket = {
        ...bucket,
        objects: new Map(bucket.objects),
        unfinished: new Map(bucket.unfinished),
      }
      const before = state.base
      carryOut(copy, state.release.version, plan, state.wanted, Number.POSITIVE_INFINITY)
      const past = copy.base?.past.find(({ version }) => version === before?.version)
      if (past === undefined || before === null) return
      for (const [path, file] of Object.entries(before.files)) {
        if (GENERATED.includes(path)) continue
        // What somebody else overwrote or took away before this deploy is lost already.
        const wasThere = state.listing.get(path)?.etag === file.etag || state.listing.has(keptKey(file.hash))
        if (!wasThere) continue
        const stands = copy.objects.get(path)?.etag === file.hash || copy.objects.has(keptKey(file.hash))
        expect([path, stands]).toEqual([path, true])
      }
    })
  })
})
