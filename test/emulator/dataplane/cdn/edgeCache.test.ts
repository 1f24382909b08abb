import { expect, test } from 'vitest'
import { EdgeCache, type Kept } from '../../../../src/emulator/dataplane/cdn/edgeCache.ts'

const place = (path: string) => ({ distribution: 'E1', path, variant: '' })
const invalidation = (id: string, ...paths: string[]) => ({
  id,
  distribution: 'E1',
  reference: id,
  paths,
  createdAt: 0,
  completedAt: 0,
})
const kept = (bytes: number): Kept => ({
  answer: { status: 200, headers: {}, body: Buffer.alloc(bytes) },
  originEtag: null,
  storedAt: 0,
  freshUntil: 1,
})
const keep = (cache: EdgeCache, path: string, bytes: number) =>
  cache.fill(place(path), async () => ({ keep: kept(bytes) }))

test('what was not asked for longest makes room', async () => {
  const cache = new EdgeCache(25_000)
  await keep(cache, '/a', 10_000)
  await keep(cache, '/b', 10_000)
  cache.get(place('/a'))
  await keep(cache, '/c', 10_000)
  expect(['/a', '/b', '/c'].map(path => cache.get(place(path)) !== undefined)).toEqual([true, false, true])
})

test('an object kept anew takes its room once', async () => {
  const cache = new EdgeCache(25_000)
  await keep(cache, '/b', 10_000)
  for (let round = 0; round < 5; round++) await keep(cache, '/a', 10_000)
  expect(cache.get(place('/b'))).toBeDefined()
})

test('what was invalidated while it was fetched is not kept', async () => {
  const cache = new EdgeCache(25_000)
  await cache.fill(place('/a'), async () => {
    cache.apply([invalidation('I1', '/a')])
    return { keep: kept(1) }
  })
  expect(cache.get(place('/a'))).toBeUndefined()
  await keep(cache, '/a', 1)
  cache.apply([invalidation('I1', '/a')])
  expect(cache.get(place('/a'))).toBeDefined()
})
