import { createHash } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { storedReleases } from '../../src/provisioners/kit/site/storedReleases.ts'
import { BUCKET, DAY, openSiteBench, type SiteBench } from './siteBench.ts'

const IMMUTABLE = 'public, max-age=31536000, immutable'

/** A page with one hashed script, as a bundler writes them. */
const page = (build: string) => {
  const hash = createHash('md5').update(build).digest('hex').slice(0, 12)
  return { script: `assets/app.${hash}a1.js`, html: `<script src="/assets/app.${hash}a1.js"></script>` }
}
const site = (build: string): Record<string, string> => ({
  'index.html': page(build).html,
  [page(build).script]: `console.log('${build}')`,
  'robots.txt': 'User-agent: *',
  'about/index.html': '<h1>About</h1>',
})

let bench: SiteBench
beforeEach(async () => {
  bench = await openSiteBench()
})
afterEach(() => bench.close())

describe('a deploy', () => {
  test('uploads everything once, and the second run writes nothing and only lists', async () => {
    await bench.write(site('one'))
    const { counts } = await bench.deploy()
    expect(counts).toMatchObject({ 'files uploaded': 4, 'files unchanged': 0, 'files removed': 0 })
    expect(await bench.served()).toEqual(
      [...Object.keys(site('one')), 'storyarch.js', 'storyarch.json'].sort(),
    )
    const again = await bench.deploy()
    expect(again.plan.changes).toEqual([])
    expect(again.calls).toEqual({
      's3:GetBucketTagging': 1,
      's3:ListObjectsV2': 1,
      'sts:GetCallerIdentity': 1,
      'tagging:GetResources': 1,
    })
  })

  test('of one changed file uploads that file and invalidates its path', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    await bench.write({ 'robots.txt': 'User-agent: *\nDisallow: /' })
    const { counts, calls } = await bench.deploy()
    expect(counts).toMatchObject({ 'files uploaded': 1, 'files unchanged': 3, 'paths invalidated': 1 })
    expect(await bench.invalidations()).toEqual([['/robots.txt']])
    expect(calls['cloudfront:CreateInvalidation']).toBe(1)
    expect(await bench.text('robots.txt')).toBe('User-agent: *\nDisallow: /')
  })

  test('tells the page its version and its backend, and keeps no copy of that', async () => {
    await bench.write(site('one'))
    await bench.deploy({ revision: 'abc123' })
    const told = JSON.parse(await bench.text('storyarch.json'))
    expect(told).toEqual({
      version: (await bench.live())?.out['version'],
      revision: 'abc123',
      api_url: 'https://api.example',
      start_url: 'https://api.example/prod/start',
    })
    expect(await bench.text('storyarch.js')).toBe('export const wake = () => {}')
    expect(await bench.head('storyarch.json')).toMatchObject({
      type: 'application/json; charset=utf-8',
      cache: 'no-cache',
    })
    expect((await bench.head('storyarch.js')).cache).toBe('no-cache')
  })

  test('stores every file with its type, its charset and its Cache-Control; globs go first', async () => {
    await bench.write({
      ...site('one'),
      'manifest.webmanifest': '{}',
      'sw.js': '',
      'logo.svg': '<svg/>',
      'data.json': '{}',
      'font.woff2': 'x',
      'feed.xml': '<a/>',
      'no-ending': 'x',
      'downloads/big.zip': 'x',
    })
    await bench.deploy({ cache: [{ glob: 'downloads/**', header: 'public, max-age=60' }] })
    const revalidated = 'public, max-age=0, s-maxage=86400, must-revalidate'
    const expected: Record<string, [string, string]> = {
      'index.html': ['text/html; charset=utf-8', 'no-cache'],
      [page('one').script]: ['text/javascript; charset=utf-8', IMMUTABLE],
      'robots.txt': ['text/plain; charset=utf-8', revalidated],
      'manifest.webmanifest': ['application/manifest+json; charset=utf-8', 'no-cache'],
      'sw.js': ['text/javascript; charset=utf-8', 'no-cache'],
      'logo.svg': ['image/svg+xml; charset=utf-8', revalidated],
      'data.json': ['application/json; charset=utf-8', revalidated],
      'font.woff2': ['font/woff2', revalidated],
      'feed.xml': ['application/xml; charset=utf-8', revalidated],
      'no-ending': ['application/octet-stream', revalidated],
      'downloads/big.zip': ['application/zip', 'public, max-age=60'],
    }
    for (const [path, [type, cache]] of Object.entries(expected))
      expect([path, await bench.head(path)]).toMatchObject([path, { type, cache }])
  })

  test('with other globs changes headers without sending a byte, and invalidates what changed', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    const { counts, calls } = await bench.deploy({ cache: [{ glob: '*.txt', header: 'public, max-age=60' }] })
    expect(counts['files uploaded']).toBeUndefined()
    expect(calls['s3:CopyObject']).toBe(1)
    expect((await bench.head('robots.txt')).cache).toBe('public, max-age=60')
    expect(await bench.invalidations()).toEqual([['/robots.txt']])
  })

  test('takes names with spaces, unicode and everything a URL gives a meaning to, and files of no bytes', async () => {
    const odd = [
      'a b.txt',
      'über/日本 語.txt',
      'a+b.txt',
      'c#d.txt',
      'what?.txt',
      '100%.txt',
      "it's (1)!.txt",
    ]
    await bench.write({
      ...site('one'),
      ...Object.fromEntries(odd.map(name => [name, name])),
      'empty.txt': '',
    })
    await bench.deploy()
    for (const name of odd) expect(await bench.text(name)).toBe(name)
    expect((await bench.head('empty.txt')).size).toBe(0)
    expect((await bench.deploy()).plan.changes).toEqual([])
    await bench.write({ 'what?.txt': 'changed', 'a+b.txt': 'changed' })
    await bench.deploy()
    expect(await bench.invalidations()).toEqual([['/a%2Bb.txt', '/a+b.txt', '/what%3F.txt']])
  })

  test('of more than fifteen changed paths invalidates all by one', async () => {
    const many = (text: string) =>
      Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`f${at}.txt`, text]))
    await bench.write({ ...site('one'), ...many('old') })
    await bench.deploy()
    await bench.write(many('new'))
    expect((await bench.deploy()).counts['paths invalidated']).toBe(1)
    expect(await bench.invalidations()).toEqual([['/*']])
  })
})

describe('what was there before', () => {
  test('a failed upload leaves every old page in place, and the next run finishes', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    await bench.unlink('assets')
    await bench.write({ ...site('two'), 'robots.txt': 'new' })
    bench.intercept(({ operation, input }, phase) =>
      phase === 'before' && operation === 'PutObject' && input['Key'] === 'robots.txt'
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined,
    )
    await expect(bench.deploy()).rejects.toThrow('Access Denied')
    expect(await bench.text('index.html')).toBe(page('one').html)
    expect(await bench.text(page('one').script)).toContain('one')
    expect(await bench.invalidations()).toEqual([])
    bench.intercept(() => undefined)
    const { counts } = await bench.deploy()
    // Not the script: it is up already.
    expect(counts['files uploaded']).toBe(2)
    expect(await bench.text('index.html')).toBe(page('two').html)
    expect((await bench.deploy()).plan.changes).toEqual([])
  })

  test('hashed files of earlier builds stay for open pages until their time is up, others go at once', async () => {
    await bench.write({ ...site('one'), 'old.txt': 'old' })
    await bench.deploy({ keepSeconds: 2 * DAY })
    await bench.unlink('assets')
    await bench.unlink('old.txt')
    await bench.write(site('two'))
    const second = await bench.deploy({ keepSeconds: 2 * DAY })
    expect(second.counts['files removed']).toBe(1)
    expect(await bench.served()).toContain(page('one').script)
    expect(await bench.served()).not.toContain('old.txt')
    expect(await bench.invalidations()).toEqual([['/', '/index.html', '/old.txt']])
    bench.forwardSeconds(DAY)
    await bench.write({ 'robots.txt': 'day one' })
    await bench.deploy({ keepSeconds: 2 * DAY })
    expect(await bench.served()).toContain(page('one').script)
    bench.forwardSeconds(DAY + 1)
    await bench.write({ 'robots.txt': 'day two' })
    const { counts } = await bench.deploy({ keepSeconds: 2 * DAY })
    expect(counts['files removed']).toBe(1)
    expect(await bench.served()).not.toContain(page('one').script)
  })

  test('what is removed is gone before the edges are told to forget it, so that none fetches it again', async () => {
    await bench.write({ ...site('one'), 'old.txt': 'old' })
    await bench.deploy()
    await bench.unlink('old.txt')
    const order: string[] = []
    bench.intercept(({ operation, input }, phase) => {
      if (phase === 'after' && operation === 'DeleteObject' && input['Key'] === 'old.txt')
        order.push('removed')
      if (phase === 'before' && operation === 'CreateInvalidation') order.push('invalidated')
      return undefined
    })
    await bench.deploy()
    expect(order).toEqual(['removed', 'invalidated'])
  })

  test('files that cannot be removed keep no edge from what is new', async () => {
    await bench.write({ ...site('one'), 'old.txt': 'old' })
    await bench.deploy()
    await bench.unlink('old.txt')
    await bench.write({ 'robots.txt': 'new' })
    bench.intercept(({ operation }, phase) =>
      phase === 'before' && operation === 'DeleteObject'
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined,
    )
    await expect(bench.deploy()).rejects.toThrow('Access Denied')
    expect((await bench.invalidations()).flat()).toContain('/robots.txt')
  })

  test('files of others are left alone and named, however many', async () => {
    for (let at = 0; at < 8; at++)
      await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `theirs/${at}.txt`, Body: 'x' }))
    await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'index.html', Body: 'their page' }))
    await bench.write(site('one'))
    const { notes } = await bench.deploy()
    expect(notes).toHaveLength(2)
    expect(notes[0]).toContain('8 objects (theirs/0.txt, ')
    expect(notes[0]).not.toContain('theirs/7.txt')
    expect(notes[1]).toContain('1 object (index.html)')
    expect((await bench.served()).filter(key => key.startsWith('theirs/'))).toHaveLength(8)
    expect(await bench.invalidations()).toEqual([['/', '/index.html']])
    expect((await bench.deploy()).plan.changes).toEqual([])
    await bench.remove()
    expect(await bench.keys()).toEqual(Array.from({ length: 8 }, (_, at) => `theirs/${at}.txt`))
  })

  test('files that are gone or were changed by others are named and mended', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'robots.txt', Body: 'theirs' }))
    const { changes } = await bench.plan()
    expect(changes).toMatchObject([{ action: 'update', differences: [{ path: 'content.damaged' }] }])
    expect(changes[0]?.differences[0]?.live).toEqual(['robots.txt'])
    await bench.deploy()
    expect(await bench.text('robots.txt')).toBe('User-agent: *')
    expect(await bench.invalidations()).toEqual([['/robots.txt']])
    expect((await bench.plan()).changes).toEqual([])
  })

  test('something new of others costs the plan one look at the record and changes nothing', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'theirs.txt', Body: 'x' }))
    expect((await bench.plan()).changes).toEqual([])
    expect(bench.calls()['s3:GetObject']).toBe(1)
  })
})

describe('an earlier release', () => {
  test('is put back by copies inside the bucket, with no upload', async () => {
    await bench.write({ ...site('one'), 'only-one.txt': 'one' })
    await bench.deploy({ revision: 'first' })
    const first = await bench.live()
    await bench.unlink('assets')
    await bench.unlink('only-one.txt')
    await bench.write({ ...site('two'), 'robots.txt': 'two' })
    await bench.deploy({ revision: 'second' })
    const releases = await storedReleases(bench.aws, BUCKET)
    expect(releases).toMatchObject([
      { revision: 'second', current: true },
      { version: first?.out['version'], revision: 'first', current: false },
    ])
    const [, old] = releases
    const { counts } = await bench.deploy(
      { from: 'version', version: old?.version ?? '', revision: old?.revision ?? null },
      { source: old?.source ?? '' },
    )
    expect(counts['files uploaded']).toBeUndefined()
    expect(await bench.text('index.html')).toBe(page('one').html)
    expect(await bench.text('robots.txt')).toBe('User-agent: *')
    expect(await bench.text('only-one.txt')).toBe('one')
    expect((await bench.head('index.html')).cache).toBe('no-cache')
    expect(JSON.parse(await bench.text('storyarch.json')).version).toBe(old?.version)
    expect((await bench.live())?.out).toMatchObject({ version: old?.version, revision: 'first' })
    // And forward again, from the sources: nothing is sent either.
    expect((await bench.deploy({ revision: 'second' })).counts['files uploaded']).toBeUndefined()
    expect(await bench.text('index.html')).toBe(page('two').html)
  })

  test('that is stored no more is refused before anything is written', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    const before = await bench.keys()
    await expect(bench.deploy({ from: 'version', version: 'feedfacecafe' }, { source: 'x' })).rejects.toThrow(
      'no release feedfacecafe',
    )
    expect(await bench.keys()).toEqual(before)
  })

  test('is forgotten with all that was kept for it when its time is up', async () => {
    await bench.write(site('one'))
    await bench.deploy({ keepSeconds: DAY })
    await bench.write({ 'robots.txt': 'two' })
    await bench.deploy({ keepSeconds: DAY })
    expect((await bench.keys()).filter(key => key.startsWith('.storyarch/kept/'))).toHaveLength(1)
    bench.forwardSeconds(DAY)
    await bench.write({ 'robots.txt': 'three' })
    await bench.deploy({ keepSeconds: DAY })
    const releases = await storedReleases(bench.aws, BUCKET)
    expect(releases).toHaveLength(2)
    expect((await bench.keys()).filter(key => key.startsWith('.storyarch/kept/'))).toHaveLength(1)
    expect((await bench.keys()).filter(key => key.startsWith('.storyarch/releases/'))).toHaveLength(2)
  })
})

describe('a deploy that was killed', () => {
  /** Every call of the deploy fails from the `nth` write on, as if the machine had died there. */
  const dieAt = (nth: number) => {
    let writes = 0
    bench.intercept(({ operation }, phase) => {
      const isWrite = /^(Put|Copy|Delete|CreateInvalidation)/.test(operation)
      if (phase === 'before' && isWrite) writes++
      return phase === 'before' && writes >= nth ? 'drop' : undefined
    })
  }

  test('at any write goes on from there, sends nothing twice and forgets no invalidation', {
    timeout: 120_000,
  }, async () => {
    await bench.write({ ...site('one'), 'old.txt': 'old' })
    await bench.deploy()
    await bench.unlink('assets')
    await bench.unlink('old.txt')
    let build = 1
    for (let nth = 1; nth < 40; nth++) {
      build++
      await bench.unlink('assets').catch(() => {})
      await bench.write({ ...site(`build ${build}`), 'robots.txt': `robots ${build}` })
      const before = (await bench.invalidations()).length
      dieAt(nth)
      const died = await bench.deploy().then(
        () => false,
        () => true,
      )
      bench.intercept(() => undefined)
      const { counts, calls } = await bench.deploy()
      expect(counts['files uploaded'] ?? 0).toBeLessThanOrEqual(3)
      expect(await bench.text('index.html')).toBe(page(`build ${build}`).html)
      expect(await bench.text('robots.txt')).toBe(`robots ${build}`)
      const told = (await bench.invalidations()).slice(before).flat()
      expect(told).toEqual(expect.arrayContaining(['/', '/index.html', '/robots.txt']))
      expect((await bench.plan()).changes).toEqual([])
      expect(calls['s3:PutObject'] ?? 0).toBeLessThan(8)
      if (died) continue
      expect((await bench.keys()).filter(key => key.startsWith('.storyarch/unfinished/'))).toEqual([])
      return
    }
    expect.fail('it never got through')
  })

  test('again and again before it gets through, leaves no more behind', async () => {
    await bench.write(site('one'))
    await bench.deploy()
    await bench.unlink('assets')
    await bench.write({ ...site('two'), 'draft.txt': 'not yet' })
    bench.intercept(({ operation }, phase) =>
      phase === 'before' && operation === 'CreateInvalidation'
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined,
    )
    for (let tried = 0; tried < 2; tried++) await expect(bench.deploy()).rejects.toThrow('Access Denied')
    bench.intercept(() => undefined)
    await bench.unlink('draft.txt')
    await bench.unlink('assets')
    await bench.write(site('three'))
    const { notes } = await bench.deploy()
    expect(notes).toEqual([])
    expect(await bench.served()).not.toContain('draft.txt')
  })

  test('while it removed what no earlier release is kept for, still knows what is its own', async () => {
    await bench.write({ ...site('one'), 'old.txt': 'old' })
    await bench.deploy({ keepSeconds: 0 })
    await bench.unlink('assets')
    await bench.unlink('old.txt')
    await bench.write(site('two'))
    bench.intercept(({ operation, input }, phase) =>
      phase === 'before' && operation === 'DeleteObject' && input['Key'] === 'old.txt'
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined,
    )
    await expect(bench.deploy({ keepSeconds: 0 })).rejects.toThrow('Access Denied')
    bench.intercept(() => undefined)
    const { notes } = await bench.deploy({ keepSeconds: 0 })
    expect(notes).toEqual([])
    expect(await bench.served()).not.toContain('old.txt')
  })

  test('leaves nothing behind that nobody knows: its files go like those of a release', async () => {
    await bench.write(site('one'))
    await bench.deploy({ keepSeconds: DAY })
    await bench.unlink('assets')
    await bench.write(site('two'))
    bench.intercept(({ operation, input }, phase) =>
      phase === 'before' && operation === 'PutObject' && input['Key'] === 'index.html'
        ? new AwsError('AccessDenied', 'Access Denied', { status: 403 })
        : undefined,
    )
    await expect(bench.deploy({ keepSeconds: DAY })).rejects.toThrow('Access Denied')
    bench.intercept(() => undefined)
    await bench.unlink('assets')
    await bench.write(site('three'))
    const { notes } = await bench.deploy({ keepSeconds: DAY })
    expect(notes).toEqual([])
    expect(await bench.served()).toContain(page('two').script)
    bench.forwardSeconds(DAY)
    await bench.write({ 'robots.txt': 'later' })
    await bench.deploy({ keepSeconds: DAY })
    expect(await bench.served()).not.toContain(page('two').script)
  })
})
