import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { CloudFrontClient, CreateFunctionCommand, PublishFunctionCommand } from '@aws-sdk/client-cloudfront'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../../running.ts'
import { DISABLED, OPTIMIZED, Site } from './site.ts'

const PAGE = '<p>story</p>'.repeat(200)

let aws: Running
let site: Site

beforeAll(async () => {
  aws = await Running.start()
  site = await Site.open(aws, {
    behavior: { ResponseHeadersPolicyId: '67f7725c-6f97-4210-82d7-5512b31e9d03' },
  })
  await site.put('page.html', PAGE, { Metadata: { Made: 'here' }, CacheControl: 'no-cache' })
  await site.put('photo.jpg', PAGE, { ContentType: 'image/jpeg' })
  await site.put('short.html', 'x'.repeat(999))
})
afterAll(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

test('the headers of an object, of the edge and of the security policy', async () => {
  const { headers } = await site.get('/page.html')
  expect(headers).toMatchObject({
    'content-type': 'text/html',
    'cache-control': 'no-cache',
    'x-amz-meta-made': 'here',
    server: 'AmazonS3',
    via: expect.stringMatching(/^1\.1 [0-9a-f]+\.cloudfront\.net \(CloudFront\)$/),
    'x-amz-cf-pop': expect.any(String),
    'x-amz-cf-id': expect.any(String),
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'x-xss-protection': '1; mode=block',
    'referrer-policy': 'strict-origin-when-cross-origin',
  })
})

test('text is compressed as the viewer takes it, each way cached by itself', async () => {
  const plain = await site.get('/page.html')
  const etag = String(plain.headers['etag'])
  expect([plain.text, plain.headers['content-encoding'], plain.headers['vary']]).toEqual([
    PAGE,
    undefined,
    'Accept-Encoding',
  ])
  const brotli = await site.get('/page.html', { 'accept-encoding': 'gzip, deflate, br' })
  expect(brotliDecompressSync(brotli.body).toString()).toBe(PAGE)
  expect(brotli.headers).toMatchObject({
    'content-encoding': 'br',
    etag: `W/${etag}`,
    'content-length': String(brotli.body.length),
  })
  const gzip = await site.get('/page.html', { 'accept-encoding': 'br;q=0, gzip' })
  expect(gunzipSync(gzip.body).toString()).toBe(PAGE)
  expect((await site.get('/page.html', { 'accept-encoding': 'gzip' })).from).toBe('Hit')
})

test('pictures and what is short go as they are', async () => {
  for (const path of ['/photo.jpg', '/short.html']) {
    const { headers } = await site.get(path, { 'accept-encoding': 'gzip' })
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined])
  }
})

test('a viewer that has the object is not sent it again', async () => {
  const { headers } = await site.get('/page.html', { 'accept-encoding': 'br' })
  for (const [name, value] of [
    ['if-none-match', headers['etag']],
    ['if-none-match', '"other", *'],
    ['if-modified-since', headers['last-modified']],
  ]) {
    const same = await site.get('/page.html', { 'accept-encoding': 'br', [String(name)]: String(value) })
    expect([same.status, same.text, same.headers['etag']]).toEqual([304, '', headers['etag']])
  }
  expect((await site.get('/page.html', { 'if-none-match': '"other"' })).status).toBe(200)
})

test('parts of a cached object', async () => {
  await site.get('/page.html')
  const part = await site.get('/page.html', { range: 'bytes=3-7' })
  expect([part.status, part.text, part.from]).toEqual([206, 'story', 'Hit'])
  expect(part.headers).toMatchObject({ 'content-range': `bytes 3-7/${PAGE.length}`, 'content-length': '5' })
  const beyond = await site.get('/page.html', { range: 'bytes=99999-' })
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${PAGE.length}`])
  expect((await site.get('/page.html', { range: 'bytes=3-7', 'if-range': '"other"' })).status).toBe(200)
})

test('HEAD tells all but the body', async () => {
  const head = await site.get('/page.html', {}, 'HEAD')
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(PAGE.length)])
})

test('methods a behaviour does not allow are refused', async () => {
  expect((await site.get('/page.html', {}, 'DELETE')).status).toBe(403)
})

test('the first path pattern that fits decides', async () => {
  const behavior = (PathPattern: string, CachePolicyId: string) => ({
    PathPattern,
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'allow-all' as const,
    CachePolicyId,
  })
  const Items = [behavior('live/?.json', DISABLED), behavior('/live/*', OPTIMIZED)]
  const mixed = await Site.open(aws, {
    behavior: { CachePolicyId: DISABLED },
    config: { CacheBehaviors: { Quantity: 2, Items } },
  })
  const second = async (path: string) => {
    await mixed.put(path.slice(1), '{}')
    await mixed.get(path)
    return (await mixed.get(path)).from
  }
  expect(await second('/live/1.json')).toBe('Miss')
  expect(await second('/live/10.json')).toBe('Hit')
  expect(await second('/other.json')).toBe('Miss')
})

test('a viewer-response function changes what the viewer sees, not what is cached, and no errors', async () => {
  const client = aws.client(CloudFrontClient)
  const code = `function handler(event) {
    var r = event.response
    r.headers['x-seen'] = { value: event.request.uri + ' ' + r.statusCode }
    delete r.headers['last-modified']
    if (event.request.uri === '/own.html') r.body = 'own'
    return r
  }`
  const made = await client.send(
    new CreateFunctionCommand({
      Name: 'respond',
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
      FunctionCode: Buffer.from(code),
    }),
  )
  await client.send(new PublishFunctionCommand({ Name: 'respond', IfMatch: made.ETag }))
  const FunctionARN = made.FunctionSummary?.FunctionMetadata?.FunctionARN
  const changed = await Site.open(aws, {
    behavior: {
      FunctionAssociations: { Quantity: 1, Items: [{ EventType: 'viewer-response', FunctionARN }] },
    },
  })
  await changed.put('a.html', 'text')
  await changed.put('own.html', 'text')
  const got = await changed.get('/a.html')
  expect([got.text, got.headers['x-seen'], got.headers['last-modified']]).toEqual([
    'text',
    '/a.html 200',
    undefined,
  ])
  expect((await changed.get('/own.html')).text).toBe('own')
  const missing = await changed.get('/none.html')
  expect([missing.status, missing.headers['x-seen']]).toEqual([403, undefined])
})
