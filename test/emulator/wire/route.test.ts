import { describe, expect, test } from 'vitest'
import { restRoutes } from '../../../src/emulator/wire/restRoutes.ts'
import { bucketOf, type Head, route, scopeOf } from '../../../src/emulator/wire/route.ts'
import { openSchemas } from '../../../src/emulator/wire/schemas.ts'

const schemas = openSchemas()
const head = (headers: Head['headers'] = {}, url = '/', method = 'POST'): Head => ({ method, url, headers })
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host`,
})
const find = (asked: Head, form: URLSearchParams | null = null) => route(schemas.services, asked, form)

describe('which service is meant', () => {
  test('the target says it, whatever the signature says', () => {
    const headers = { ...signedFor('iam'), 'x-amz-target': 'DynamoDB_20120810.GetItem' }
    expect(find(head(headers))).toEqual({ service: 'dynamodb', operation: 'GetItem', protocol: 'json' })
  })

  test('an action and its version say it, in a form or in the URL', () => {
    const sts = { service: 'sts', operation: 'GetCallerIdentity', protocol: 'query' }
    const fields = 'Action=GetCallerIdentity&Version=2011-06-15'
    expect(find(head(), new URLSearchParams(fields))).toEqual(sts)
    expect(find(head({}, `/?${fields}`, 'GET'))).toEqual(sts)
  })

  test('else the signature says it, and without one it is S3', () => {
    expect(find(head(signedFor('monitoring')))).toMatchObject({ service: 'cloudwatch', protocol: 'rest' })
    expect(find(head({}, '/bucket/key', 'GET'))).toMatchObject({ service: 's3', operation: null })
  })

  test('an object may be called like a form’s field', () => {
    expect(find(head(signedFor('s3'), '/bucket?Action=x', 'GET'))).toMatchObject({ service: 's3' })
  })
})

describe('the scope of a signature', () => {
  test.each([
    ['a header', head(signedFor('ecs')), { service: 'ecs', region: 'eu-west-1' }],
    [
      'a presigned URL',
      head({}, '/b/k?X-Amz-Credential=AKID%2F20260101%2Feu-west-1%2Fs3%2Faws4_request'),
      { service: 's3', region: 'eu-west-1' },
    ],
    [
      'a signature for many regions',
      head({ authorization: 'AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/s3/aws4_request, x' }),
      { service: 's3', region: null },
    ],
    ['none', head(), null],
  ])('in %s', (_, asked, scope) => expect(scopeOf(asked)).toEqual(scope))
})

describe('the bucket', () => {
  test.each([
    ['127.0.0.1:4566', '/photos/a/b.jpg', 'photos', '/a/b.jpg'],
    ['127.0.0.1:4566', '/photos', 'photos', '/'],
    ['127.0.0.1:4566', '/photos//a//', 'photos', '//a//'],
    ['127.0.0.1:4566', '/', null, '/'],
    ['localhost:4566', '/photos/a', 'photos', '/a'],
    ['photos.localhost:4566', '/a/b.jpg', 'photos', '/a/b.jpg'],
    ['my.photos.s3.us-east-1.amazonaws.com', '/a', 'my.photos', '/a'],
  ])('of http://%s%s is %s', (host, path, bucket, rest) =>
    expect(bucketOf(host, path)).toEqual({ bucket, path: rest }),
  )
})

describe('operations with one URL', () => {
  const routes = restRoutes(schemas.model('s3'))
  const match = (method: string, search: string, headers: Head['headers'] = {}, path = '/key') =>
    routes.match({ method, path, query: new URLSearchParams(search), headers, bucket: 'b' })?.name

  test.each([
    ['PUT', '', {}, 'PutObject'],
    ['PUT', '', { 'x-amz-copy-source': 'b/k' }, 'CopyObject'],
    ['PUT', 'partNumber=1&uploadId=u', {}, 'UploadPart'],
    ['PUT', 'partNumber=1&uploadId=u', { 'x-amz-copy-source': 'b/k' }, 'UploadPartCopy'],
    ['PUT', 'tagging', {}, 'PutObjectTagging'],
    ['GET', '', {}, 'GetObject'],
    ['GET', 'uploadId=u', {}, 'ListParts'],
    ['POST', 'uploads', {}, 'CreateMultipartUpload'],
    ['POST', 'uploadId=u', {}, 'CompleteMultipartUpload'],
    ['DELETE', 'uploadId=u', {}, 'AbortMultipartUpload'],
    ['PATCH', '', {}, undefined],
  ])('%s ?%s %j is %s', (method, search, headers, name) => expect(match(method, search, headers)).toBe(name))

  test.each([
    ['GET', 'list-type=2', 'ListObjectsV2'],
    ['GET', '', 'ListObjects'],
    ['GET', 'versions', 'ListObjectVersions'],
    ['GET', 'location', 'GetBucketLocation'],
    ['POST', 'delete', 'DeleteObjects'],
    ['PUT', '', 'CreateBucket'],
  ])('on a bucket %s ?%s is %s', (method, search, name) => expect(match(method, search, {}, '/')).toBe(name))

  test('labels are decoded once, and greedy ones keep their slashes', () => {
    const operation = schemas.model('s3').operations.get('GetObject')
    if (operation === undefined) throw new Error('no GetObject')
    expect(routes.labels(operation, '//a%2Fb/c%20d%2525')).toEqual({ Key: '/a/b/c d%25' })
  })
})
