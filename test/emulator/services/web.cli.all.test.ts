import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCli, missing } from '../awsCli.ts'
import { Site } from '../dataplane/cdn/site.ts'
import { Running } from '../running.ts'

const why = missing('aws', '--version') ?? missing('curl', '--version')
const run = promisify(execFile)
let emulator: Running
let folder: string

const aws = async (...words: string[]): Promise<string> => {
  const { code, out, err } = await awsCli(emulator.environment(), ...words)
  expect(err === '' ? code : err).toBe(0)
  return out
}

const json = async (...words: string[]) => JSON.parse(await aws(...words, '--output', 'json'))

const refused = async (...words: string[]): Promise<string> => {
  const { code, err } = await awsCli(emulator.environment(), ...words)
  expect(code).not.toBe(0)
  return err
}

describe.skipIf(why)(why ?? 'the aws CLI', () => {
  beforeAll(async () => {
    emulator = await Running.start()
    folder = mkdtempSync(join(tmpdir(), 'storyarch-'))
  })
  afterAll(async () => {
    await emulator.stop()
    rmSync(folder, { recursive: true, force: true })
    expect(emulator.faults).toEqual([])
  })

  test('copies, lists, syncs and removes', async () => {
    // sync compares times: the store's clock must not lie behind the files'.
    emulator.advance(60)
    const site = join(folder, 'site')
    mkdirSync(join(site, 'assets'), { recursive: true })
    const large = randomBytes(20 << 20)
    writeFileSync(join(site, 'index.html'), '<h1>hi</h1>')
    writeFileSync(join(site, 'assets', 'a b+ü.js'), 'x')
    writeFileSync(join(site, 'large.bin'), large)
    await aws('s3', 'mb', 's3://cli-site')
    await aws('s3', 'sync', site, 's3://cli-site', '--only-show-errors')
    const listing = await aws('s3', 'ls', 's3://cli-site', '--recursive')
    expect(listing).toMatch(/11 index\.html/)
    expect(listing).toMatch(/1 assets\/a b\+ü\.js/)
    expect(await aws('s3', 'ls', 's3://cli-site/')).toMatch(/PRE assets\//)
    expect(await aws('s3', 'sync', site, 's3://cli-site')).toBe('')
    await aws('s3', 'cp', 's3://cli-site/large.bin', join(folder, 'back.bin'), '--only-show-errors')
    expect(readFileSync(join(folder, 'back.bin')).equals(large)).toBe(true)
    const head = await json('s3api', 'head-object', '--bucket', 'cli-site', '--key', 'index.html')
    expect(head).toMatchObject({ ContentType: 'text/html', ContentLength: 11 })
    await aws('s3', 'cp', 's3://cli-site/large.bin', 's3://cli-site/copy.bin', '--only-show-errors')
    await aws('s3', 'cp', 's3://cli-site/copy.bin', join(folder, 'copy.bin'), '--only-show-errors')
    expect(readFileSync(join(folder, 'copy.bin')).equals(large)).toBe(true)
    expect(await refused('s3', 'rb', 's3://cli-site')).toMatch(/BucketNotEmpty/)
    await aws('s3', 'rm', 's3://cli-site', '--recursive', '--only-show-errors')
    await aws('s3', 'rb', 's3://cli-site')
    expect(await refused('s3', 'ls', 's3://cli-site')).toMatch(/NoSuchBucket/)
  })

  test('reads old versions of a versioned object', async () => {
    const Bucket = ['--bucket', 'cli-versions']
    const Key = ['--key', 'db.sqlite3']
    await aws('s3api', 'create-bucket', ...Bucket)
    await aws('s3api', 'put-bucket-versioning', ...Bucket, '--versioning-configuration', 'Status=Enabled')
    for (const body of ['one', 'two']) {
      writeFileSync(join(folder, 'body'), body)
      await aws('s3api', 'put-object', ...Bucket, ...Key, '--body', join(folder, 'body'))
    }
    const { Versions } = await json('s3api', 'list-object-versions', ...Bucket)
    expect(Versions.map(({ IsLatest }: { IsLatest: boolean }) => IsLatest)).toEqual([true, false])
    const old = join(folder, 'old')
    await aws('s3api', 'get-object', ...Bucket, ...Key, '--version-id', Versions[1].VersionId, old)
    expect(readFileSync(old, 'utf8')).toBe('one')
    expect(
      await refused('s3api', 'get-object', ...Bucket, ...Key, '--version-id', 'x'.repeat(32), old),
    ).toMatch(/NoSuchVersion/)
    expect(await refused('s3api', 'put-object', ...Bucket, ...Key, '--if-none-match', '*')).toMatch(
      /PreconditionFailed/,
    )
    expect(await refused('s3api', 'get-bucket-policy', ...Bucket)).toMatch(/NoSuchBucketPolicy/)
  })

  test('follows a bucket to its region', async () => {
    await aws('s3', 'mb', 's3://cli-europe', '--region', 'eu-west-1')
    writeFileSync(join(folder, 'x'), 'x')
    await aws('s3', 'cp', join(folder, 'x'), 's3://cli-europe/x', '--only-show-errors')
    expect(await aws('s3', 'ls', 's3://cli-europe')).toMatch(/1 x/)
  })

  test('shows a distribution and its fault', async () => {
    const config = {
      CallerReference: 'cli',
      Comment: 'cli',
      Enabled: true,
      Origins: {
        Quantity: 1,
        Items: [
          {
            Id: 's3',
            DomainName: 'x.s3.us-east-1.amazonaws.com',
            S3OriginConfig: { OriginAccessIdentity: '' },
          },
        ],
      },
      DefaultCacheBehavior: {
        TargetOriginId: 's3',
        ViewerProtocolPolicy: 'allow-all',
        CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      },
    }
    const made = await json(
      'cloudfront',
      'create-distribution',
      '--distribution-config',
      JSON.stringify(config),
    )
    const { Distribution } = await json('cloudfront', 'get-distribution', '--id', made.Distribution.Id)
    expect(Distribution).toMatchObject({ Status: 'Deployed', DistributionConfig: { Comment: 'cli' } })
    await aws('cloudfront', 'wait', 'distribution-deployed', '--id', Distribution.Id)
    const invalidation = await json(
      'cloudfront',
      'create-invalidation',
      '--distribution-id',
      Distribution.Id,
      '--paths',
      '/*',
    )
    expect(invalidation.Invalidation.Status).toBe('Completed')
    expect(await refused('cloudfront', 'get-distribution', '--id', 'E0')).toMatch(/NoSuchDistribution/)
    expect(
      await refused('cloudfront', 'delete-distribution', '--id', Distribution.Id, '--if-match', made.ETag),
    ).toMatch(/DistributionNotDisabled/)
  })

  test('a page is cached for curl until its path is invalidated', async () => {
    const site = await Site.open(emulator)
    const page = async (body: string) => {
      writeFileSync(join(folder, 'page.html'), body)
      await aws(
        's3',
        'cp',
        join(folder, 'page.html'),
        `s3://${site.bucket}/sub/page.html`,
        '--only-show-errors',
      )
    }
    const curl = async (): Promise<string[]> => {
      const { stdout } = await run('curl', ['-sS', '-i', '--compressed', `${site.url}/sub/page.html`])
      const [head = '', body = ''] = stdout.split('\r\n\r\n')
      return [/^x-cache: (.*)$/im.exec(head)?.[1] ?? '', /^age: (.*)$/im.exec(head)?.[1] ?? '', body]
    }
    const invalidate = (...paths: string[]) =>
      json('cloudfront', 'create-invalidation', '--distribution-id', site.id, '--paths', ...paths)
    const [old, fresh] = ['old '.repeat(500), 'new '.repeat(500)]
    await page(old)
    expect(await curl()).toEqual(['Miss from cloudfront', '', old])
    await page(fresh)
    emulator.advance(7)
    expect(await curl()).toEqual(['Hit from cloudfront', '7', old])
    await invalidate('/sub', '/other/*')
    expect((await curl())[2]).toBe(old)
    const { Invalidation } = await invalidate('/sub/*', '/index.html')
    const of = ['--distribution-id', site.id, '--id', Invalidation.Id]
    await aws('cloudfront', 'wait', 'invalidation-completed', ...of)
    expect(await curl()).toEqual(['Miss from cloudfront', '', fresh])
    const bad = ['--distribution-id', site.id, '--paths', '/a b']
    expect(await refused('cloudfront', 'create-invalidation', ...bad)).toMatch(/InvalidArgument/)
  })

  test('changes a zone', async () => {
    const { HostedZone } = await json(
      'route53',
      'create-hosted-zone',
      '--name',
      'yerson.co',
      '--caller-reference',
      'cli',
    )
    const change = (Action: string) => [
      'route53',
      'change-resource-record-sets',
      '--hosted-zone-id',
      HostedZone.Id,
      '--change-batch',
      JSON.stringify({
        Changes: [
          {
            Action,
            ResourceRecordSet: {
              Name: '*.yerson.co',
              Type: 'A',
              AliasTarget: {
                HostedZoneId: 'Z2FDTNDATAQYW2',
                DNSName: 'd1.cloudfront.net',
                EvaluateTargetHealth: false,
              },
            },
          },
        ],
      }),
    ]
    const { ChangeInfo } = await json(...change('CREATE'))
    await aws('route53', 'wait', 'resource-record-sets-changed', '--id', ChangeInfo.Id)
    expect(await refused(...change('CREATE'))).toMatch(/InvalidChangeBatch.*already exists/s)
    const listed = await json('route53', 'list-resource-record-sets', '--hosted-zone-id', HostedZone.Id)
    expect(listed.ResourceRecordSets.map(({ Name }: { Name: string }) => Name)).toEqual([
      'yerson.co.',
      'yerson.co.',
      '\\052.yerson.co.',
    ])
    expect(await refused('route53', 'delete-hosted-zone', '--id', HostedZone.Id)).toMatch(
      /HostedZoneNotEmpty/,
    )
    await aws(...change('DELETE'))
    await aws('route53', 'delete-hosted-zone', '--id', HostedZone.Id)
  })
})
