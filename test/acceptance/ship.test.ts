import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CloudFrontClient,
  GetInvalidationCommand,
  ListInvalidationsCommand,
} from '@aws-sdk/client-cloudfront'
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { ECSClient, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import { localPlace, type Place } from './place.ts'
import { summaryOf } from './runProgram.ts'

const NOTES = ['--local', '-m', 'manifests/notes.yaml']

describe('notes, shipped to the embedded AWS', () => {
  let place: Place
  let aws: AwsSession
  let endpoint: string
  let distribution: string
  let siteUrl: string

  const up = async (...words: string[]) => {
    const ended = await place.storyarch('up', ...NOTES, '--yes', '--json', ...words)
    const summary = summaryOf(ended)
    expect([ended.code, summary['failed']]).toEqual([0, []])
    return summary as {
      shipped: Record<string, number>
      done: string[]
      writes: number
      outputs: Record<string, string>
    }
  }

  /** Every object of the site and its ETag; every image and its tags; every active revision. */
  const stored = async () => {
    const { Contents = [] } = await aws
      .client(S3Client)
      .send(new ListObjectsV2Command({ Bucket: 'notes-frontend-dev' }))
    const { imageDetails = [] } = await aws
      .client(ECRClient)
      .send(new DescribeImagesCommand({ repositoryName: 'notes-backend' }))
    const { taskDefinitionArns = [] } = await aws
      .client(ECSClient)
      .send(new ListTaskDefinitionsCommand({ familyPrefix: 'notes-backend-dev', status: 'ACTIVE' }))
    return {
      objects: new Map(Contents.map(({ Key = '', ETag = '' }) => [Key, ETag])),
      images: imageDetails.map(({ imageDigest = '' }) => imageDigest),
      revisions: taskDefinitionArns.length,
    }
  }

  const registryCalls = async (): Promise<Record<string, number>> => {
    const calls = (await (await fetch(`${endpoint}/_storyarch/calls`)).json()) as Record<string, number>
    return calls
  }

  const invalidated = async (): Promise<string[][]> => {
    const cloudfront = aws.client(CloudFrontClient)
    const { InvalidationList } = await cloudfront.send(
      new ListInvalidationsCommand({ DistributionId: distribution }),
    )
    const all = await Promise.all(
      (InvalidationList?.Items ?? []).map(({ Id }) =>
        cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id })),
      ),
    )
    return all.map(({ Invalidation }) => [...(Invalidation?.InvalidationBatch?.Paths?.Items ?? [])].sort())
  }

  beforeAll(async () => {
    place = await localPlace()
    const { shipped, outputs } = await up()
    expect(shipped).toMatchObject({ 'images pushed': 2, 'layers sent': 2 })
    expect(shipped['files uploaded']).toBeGreaterThan(4)
    endpoint = String(JSON.parse((await place.storyarch('local', 'status', '--json')).stdout).endpoint)
    aws = createAws({ region: 'us-east-1', profile: null, endpoint, maxAttempts: 3 })
    distribution = outputs['cloudfront_distribution_id'] ?? ''
    const { stdout, stderr } = await place.storyarch('up', ...NOTES, '--yes')
    const digest = outputs['image_digest']?.slice(0, 'sha256:'.length + 12)
    expect(stderr).toContain(`stands   image ${digest}, agent sha256:`)
    expect(stderr).toContain(`, site ${outputs['frontend_version']}`)
    siteUrl = /^site_url +(\S+)$/m.exec(stdout)?.[1] ?? ''
  }, 60_000)
  afterAll(async () => {
    aws?.close()
    await place.close()
  })

  test('the site is served, with the API’s address beside it', async () => {
    const page = await fetch(siteUrl)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const facts = (await (await fetch(`${siteUrl}/storyarch.json`)).json()) as Record<string, string>
    expect(facts['start_url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dev\/start$/)
    expect((await fetch(`${facts['start_url']}?action=status`)).status).toBe(200)
    const module = await fetch(`${siteUrl}/storyarch.js`)
    expect([module.status, module.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
    expect((await fetch(`${siteUrl}/.storyarch/releases/${facts['version']}.json`)).status).toBe(403)
  })

  test('a second run uploads nothing', async () => {
    const before = await stored()
    const registry = await registryCalls()
    expect(await up()).toMatchObject({ shipped: {}, done: [], writes: 0 })
    expect(await stored()).toEqual(before)
    const pushes = (calls: Record<string, number>) =>
      Object.entries(calls).filter(([name]) => /^registry:.*(PUT|POST|PATCH)/i.test(name))
    expect(pushes(await registryCalls())).toEqual(pushes(registry))
  })

  test('one changed frontend file is one upload, switched and invalidated', async () => {
    const before = await stored()
    const cached = await fetch(`${siteUrl}/style.css`)
    await cached.text()
    await appendFile(join(place.folder, 'examples/notes/frontend/style.css'), '\n/* mended */\n')
    const { shipped, done } = await up()
    expect(done).toEqual(['bucketContents/frontend'])
    expect(shipped).toMatchObject({ 'files uploaded': 1 })
    const after = await stored()
    const changed = [...after.objects]
      .filter(([key, etag]) => before.objects.get(key) !== etag)
      .map(([key]) => key)
    expect(changed.filter(key => !key.startsWith('.storyarch/')).sort()).toEqual([
      'storyarch.json',
      'style.css',
    ])
    expect(await invalidated()).toContainEqual(['/style.css'])
    expect(await (await fetch(`${siteUrl}/style.css`)).text()).toContain('mended')
    expect([after.images, after.revisions]).toEqual([before.images, before.revisions])
  })

  test('one changed backend file is one layer, one manifest, one revision, and nothing else', async () => {
    const before = await stored()
    await appendFile(join(place.folder, 'examples/notes/backend/server.js'), '\n// mended\n')
    const { shipped, done } = await up()
    expect(done.sort()).toEqual(['image/backend', 'taskDefinition/backend'])
    expect(shipped).toMatchObject({ 'images pushed': 1, 'layers sent': 1 })
    const after = await stored()
    expect(after.objects).toEqual(before.objects)
    expect(after.images.filter(digest => !before.images.includes(digest))).toHaveLength(1)
    expect(after.revisions).toBe(before.revisions + 1)
  })

  test('what was shipped before comes back by its version and its digest, and nothing is sent', async () => {
    const style = join(place.folder, 'examples/notes/frontend/style.css')
    const server = join(place.folder, 'examples/notes/backend/server.js')
    const old = await up()
    const [styleBefore, serverBefore] = [await readFile(style), await readFile(server)]
    await appendFile(style, 'body { color: red }')
    await appendFile(server, '\n// broken\n')
    await up()
    const { image_digest: digest = '', frontend_version: version = '' } = old.outputs
    const back = await up('--image', digest, '--frontend', version)
    expect(back.outputs).toMatchObject({ image_digest: digest, frontend_version: version })
    // The page's facts are made anew; files and layers are where they were.
    expect([back.shipped['files uploaded'] ?? 0, back.shipped['layers sent'] ?? 0]).toEqual([0, 0])
    expect(await (await fetch(`${siteUrl}/style.css`)).text()).toBe(styleBefore.toString('utf8'))
    await writeFile(style, styleBefore)
    await writeFile(server, serverBefore)
    expect(await up()).toMatchObject({ shipped: {}, done: [] })
  })
})
