import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  type DistributionConfig,
  PublishFunctionCommand,
} from '@aws-sdk/client-cloudfront'
import { CreateBucketCommand, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../../running.ts'

const BUCKET = 'site-of-the-test'
const FALLBACK = `function handler(event) {
  var r = event.request
  if (r.uri === '/go') return { statusCode: 302, headers: { location: { value: '/' + r.querystring.to.value } } }
  if (r.uri === '/spin') while (true) {}
  if (r.uri.indexOf('.', r.uri.lastIndexOf('/')) === -1) r.uri = '/index.html'
  return r
}`

let aws: Running
let client: CloudFrontClient
let accessControl = ''
let functionArn = ''

beforeAll(async () => {
  aws = await Running.start()
  client = aws.client(CloudFrontClient)
  const s3 = aws.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
  const put = (Key: string, Body: string, ContentType: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentType, CacheControl: 'max-age=60' }))
  await put('index.html', '<h1>home</h1>', 'text/html')
  await put('a b.txt', 'text', 'text/plain')
  const control = await client.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: 'site',
        SigningProtocol: 'sigv4',
        SigningBehavior: 'always',
        OriginAccessControlOriginType: 's3',
      },
    }),
  )
  accessControl = control.OriginAccessControl?.Id ?? ''
  const made = await client.send(
    new CreateFunctionCommand({
      Name: 'fallback',
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
      FunctionCode: Buffer.from(FALLBACK),
    }),
  )
  await client.send(new PublishFunctionCommand({ Name: 'fallback', IfMatch: made.ETag }))
  functionArn = made.FunctionSummary?.FunctionMetadata?.FunctionARN ?? ''
})
afterAll(() => aws.stop())

/** A distribution and its loopback address; other ones are not let in by the policy any more. */
const distribution = async (
  reference: string,
  more: Partial<DistributionConfig>,
  options: { withFunction: boolean; letIn: boolean },
): Promise<string> => {
  const { Distribution } = await client.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: reference,
        Comment: '',
        Enabled: true,
        DefaultRootObject: 'index.html',
        Origins: {
          Quantity: 1,
          Items: [
            {
              Id: 'site',
              DomainName: `${BUCKET}.s3.us-east-1.amazonaws.com`,
              OriginAccessControlId: accessControl,
              S3OriginConfig: { OriginAccessIdentity: '' },
            },
          ],
        },
        DefaultCacheBehavior: {
          TargetOriginId: 'site',
          ViewerProtocolPolicy: 'redirect-to-https',
          CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
          ...(options.withFunction && {
            FunctionAssociations: {
              Quantity: 1,
              Items: [{ EventType: 'viewer-request', FunctionARN: functionArn }],
            },
          }),
        },
        ...more,
      },
    }),
  )
  if (options.letIn)
    await aws.client(S3Client).send(
      new PutBucketPolicyCommand({
        Bucket: BUCKET,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'cloudfront.amazonaws.com' },
              Action: 's3:GetObject',
              Resource: `arn:aws:s3:::${BUCKET}/*`,
              Condition: { StringEquals: { 'AWS:SourceArn': Distribution?.ARN } },
            },
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: `arn:aws:s3:::${BUCKET}/*`,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        }),
      }),
    )
  const told = await (await fetch(`${aws.endpoint}/_storyarch/addresses`)).json()
  return (told as { distributions: Record<string, string> }).distributions[Distribution?.Id ?? ''] ?? ''
}

const get = async (url: string, init: RequestInit = {}) => {
  const response = await fetch(url, { redirect: 'manual', ...init })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

test('a distribution serves its bucket with the headers of the objects', async () => {
  const url = await distribution('plain', {}, { withFunction: false, letIn: true })
  const home = await get(url)
  expect([home.status, home.text]).toEqual([200, '<h1>home</h1>'])
  expect(Object.fromEntries(home.headers)).toMatchObject({
    'content-type': 'text/html',
    'cache-control': 'max-age=60',
    'content-length': '13',
  })
  expect((await get(`${url}/a%20b.txt?v=1`)).text).toBe('text')
  // S3 reads a plus sign in a path as a space.
  expect((await get(`${url}/a+b.txt`)).text).toBe('text')
  const head = await get(url, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '13', ''])
  const part = await get(url, { headers: { range: 'bytes=4-7' } })
  expect([part.status, part.text]).toEqual([206, 'home'])

  const etag = home.headers.get('etag') ?? ''
  const same = await get(url, { headers: { 'if-none-match': etag } })
  expect([same.status, same.headers.get('etag'), same.text]).toEqual([304, etag, ''])
  expect((await get(url, { method: 'POST' })).status).toBe(403)
})

test('without the right to list, what is missing is forbidden', async () => {
  const url = await distribution('missing', {}, { withFunction: false, letIn: true })
  const missing = await get(`${url}/nothing.txt`)
  expect(missing.status).toBe(403)
  expect(missing.text).toContain('<Code>AccessDenied</Code>')
})

test('a distribution the policy does not name reads nothing', async () => {
  const url = await distribution('stranger', {}, { withFunction: false, letIn: false })
  expect((await get(url)).status).toBe(403)
})

test('a viewer-request function rewrites, answers itself, and cannot hang the edge', async () => {
  const url = await distribution('function', {}, { withFunction: true, letIn: true })
  expect((await get(`${url}/deep/link`)).text).toBe('<h1>home</h1>')
  const redirected = await get(`${url}/go?to=there`)
  expect([redirected.status, redirected.headers.get('location')]).toEqual([302, '/there'])
  expect((await get(`${url}/spin`)).status).toBe(503)
  expect((await get(url)).status).toBe(200)
})

test('a custom error response takes the place of an error', async () => {
  const url = await distribution(
    'errors',
    {
      CustomErrorResponses: {
        Quantity: 1,
        Items: [
          { ErrorCode: 403, ResponsePagePath: '/index.html', ResponseCode: '200', ErrorCachingMinTTL: 10 },
        ],
      },
    },
    { withFunction: false, letIn: true },
  )
  const page = await get(`${url}/nothing`)
  expect([page.status, page.text]).toEqual([200, '<h1>home</h1>'])
  expect(aws.faults).toEqual([])
})
