import { CloudFrontClient, GetInvalidationCommand } from '@aws-sdk/client-cloudfront'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { DISABLED, Site } from './site.ts'

let aws: Running

beforeEach(async () => {
  aws = await Running.start()
})
afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

/** What a path says and where it came from. */
const seen = async (site: Site, path: string) => {
  const { text, from } = await site.get(path)
  return [text, from]
}

test('an object stays cached until its path is invalidated', async () => {
  const site = await Site.open(aws)
  await site.put('index.html', 'old', {
    CacheControl: 'public, max-age=0, s-maxage=31536000, must-revalidate',
  })
  expect(await seen(site, '/')).toEqual(['old', 'Miss'])
  await site.put('index.html', 'new')
  aws.advance(86_400 * 30)
  const hit = await site.get('/index.html')
  expect([hit.text, hit.from, hit.headers['age']]).toEqual(['old', 'Hit', String(86_400 * 30)])
  await site.invalidate('/other', '/INDEX.html', '/index.html/')
  expect(await seen(site, '/')).toEqual(['old', 'Hit'])
  await site.invalidate('/index.html')
  expect(await seen(site, '/')).toEqual(['new', 'Miss'])
  expect(await seen(site, '/index.html?v=2')).toEqual(['new', 'Hit'])
})

test('a wildcard invalidates what starts so, and nothing else', async () => {
  const site = await Site.open(aws)
  const paths = ['/a/1.html', '/a/2.html', '/b.html']
  for (const path of paths) await site.put(path.slice(1), 'old')
  for (const path of paths) await site.get(path)
  for (const path of paths) await site.put(path.slice(1), 'new')
  await site.invalidate('/a/*')
  expect(await Promise.all(paths.map(path => seen(site, path)))).toEqual([
    ['new', 'Miss'],
    ['new', 'Miss'],
    ['old', 'Hit'],
  ])
  await site.invalidate('/*')
  expect(await seen(site, '/b.html')).toEqual(['new', 'Miss'])
})

test('encoded names are invalidated as browsers ask for them', async () => {
  const site = await Site.open(aws)
  await site.put('täg ~1=#.html', 'old')
  const path = '/t%c3%a4g%20~1=%23.html'
  expect(await seen(site, path)).toEqual(['old', 'Miss'])
  await site.put('täg ~1=#.html', 'new')
  await site.invalidate('/t%C3%A4g%20%7E1%3D%23.html')
  expect(await seen(site, path)).toEqual(['old', 'Hit'])
  await site.invalidate('/t%C3%A4g%20%7E1=%23.html')
  expect(await seen(site, path)).toEqual(['new', 'Miss'])
})

test('an invalidation takes effect when it completes', async () => {
  await aws.stop()
  aws = await Running.start(1)
  const site = await Site.open(aws)
  await site.put('a.html', 'old')
  await site.get('/a.html')
  await site.put('a.html', 'new')
  const { Invalidation } = await site.invalidate('/a.html')
  expect(Invalidation?.Status).toBe('InProgress')
  expect(await seen(site, '/a.html')).toEqual(['old', 'Hit'])
  aws.advance(60)
  const later = await aws
    .client(CloudFrontClient)
    .send(new GetInvalidationCommand({ DistributionId: site.id, Id: Invalidation?.Id }))
  expect(later.Invalidation?.Status).toBe('Completed')
  expect(await seen(site, '/a.html')).toEqual(['new', 'Miss'])
})

test('what is stale is asked for anew, and only sent when it has changed', async () => {
  const site = await Site.open(aws)
  await site.put('a.html', 'one', { CacheControl: 'no-cache' })
  expect(await seen(site, '/a.html')).toEqual(['one', 'Miss'])
  expect(await seen(site, '/a.html')).toEqual(['one', 'Hit'])
  aws.advance(1)
  expect(await seen(site, '/a.html')).toEqual(['one', 'RefreshHit'])
  await site.put('a.html', 'two', { CacheControl: 'max-age=60' })
  aws.advance(1)
  expect(await seen(site, '/a.html')).toEqual(['two', 'Miss'])
  aws.advance(59)
  expect(await seen(site, '/a.html')).toEqual(['two', 'Hit'])
  aws.advance(1)
  expect(await seen(site, '/a.html')).toEqual(['two', 'RefreshHit'])
})

test('without caching every answer comes from the origin', async () => {
  const site = await Site.open(aws, { behavior: { CachePolicyId: DISABLED } })
  await site.put('a.html', 'one', { CacheControl: 'max-age=60' })
  expect([await seen(site, '/a.html'), await seen(site, '/a.html')]).toEqual([
    ['one', 'Miss'],
    ['one', 'Miss'],
  ])
})

test('what is missing stays missing for ten seconds, what is forbidden is asked for again', async () => {
  const listing = await Site.open(aws, { lists: true })
  expect((await listing.get('/a.html')).status).toBe(404)
  await listing.put('a.html', 'here')
  const again = await listing.get('/a.html')
  expect([again.status, again.from]).toEqual([404, 'Error'])
  aws.advance(10)
  expect(await seen(listing, '/a.html')).toEqual(['here', 'Miss'])

  const blind = await Site.open(aws)
  const forbidden = await blind.get('/a.html')
  expect([forbidden.status, forbidden.from]).toEqual([403, 'Error'])
  await blind.put('a.html', 'here')
  expect(await seen(blind, '/a.html')).toEqual(['here', 'Miss'])
})

test('an error page stands in for an error as long as the error is cached', async () => {
  const page = { ResponsePagePath: '/index.html', ResponseCode: '200', ErrorCachingMinTTL: 60 }
  const site = await Site.open(aws, {
    lists: true,
    config: { CustomErrorResponses: { Quantity: 1, Items: [{ ErrorCode: 404, ...page }] } },
  })
  await site.put('index.html', 'one')
  const got = await site.get('/deep/link')
  expect([got.status, got.text, got.from]).toEqual([200, 'one', 'Error'])
  await site.put('index.html', 'two')
  await site.invalidate('/index.html')
  const kept = await site.get('/deep/link')
  expect([kept.text, kept.from, kept.headers['age']]).toEqual(['one', 'Error', '0'])
  expect((await site.get('/')).text).toBe('two')
  await site.invalidate('/deep/*')
  expect((await site.get('/deep/link')).text).toBe('two')
})

test('query strings make objects of their own where the behaviour says so', async () => {
  const site = await Site.open(aws, {
    behavior: {
      CachePolicyId: undefined,
      ForwardedValues: { QueryString: true, Cookies: { Forward: 'none' } },
    },
  })
  await site.put('a.html', 'old')
  const paths = ['/a.html', '/a.html?v=1', '/a.html?v=2']
  for (const path of paths) expect((await site.get(path)).from).toBe('Miss')
  await site.invalidate('/a.html?v=1')
  const from = await Promise.all(paths.map(async path => (await site.get(path)).from))
  expect(from).toEqual(['Hit', 'Miss', 'Hit'])
})

test('what the policy denies the distribution is not read', async () => {
  const site = await Site.open(aws)
  await site.put('_storyarch/state.json', 'secret')
  await site.put('a.html', 'open')
  await site.letIn(['s3:GetObject'], '_storyarch/')
  expect((await site.get('/_storyarch/state.json')).status).toBe(403)
  expect((await site.get('/_storyarch%2Fstate.json')).status).toBe(403)
  expect((await site.get('/a.html')).status).toBe(200)
})

test('large objects stream, whole and in part', async () => {
  const site = await Site.open(aws)
  const bytes = Buffer.alloc(10_000_001, 'a')
  bytes.write('end', bytes.length - 3)
  await site.put('large.bin', bytes)
  const whole = await site.get('/large.bin', { 'accept-encoding': 'gzip' })
  expect([whole.body.equals(bytes), whole.headers['content-encoding']]).toEqual([true, undefined])
  const part = await site.get('/large.bin', { range: 'bytes=-3' })
  expect([part.status, part.text, part.from]).toEqual([206, 'end', 'Miss'])
})
