import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awsCli, missing } from '../awsCli.ts'
import { Running } from '../running.ts'
import { layerOf, shell, writeLayout } from './ociLayout.ts'
import { digestOf, RegistryClient } from './registryClient.ts'

const run = promisify(execFile)
const withoutSkopeo = missing('skopeo', '--version')
const withoutBuildah = withoutSkopeo ?? missing('buildah', '--version')
const withoutAws = withoutSkopeo ?? missing('aws', '--version')
const withoutCurl = missing('curl', '--version')

let aws: Running
let app: RegistryClient
let folder: string
let image: string
/** `AWS:<password>` */
let credentials: string

beforeAll(async () => {
  aws = await Running.start()
  app = await RegistryClient.create(aws, 'team/app')
  await RegistryClient.create(aws, 'copy')
  credentials = Buffer.from(app.credentials.slice(6), 'base64').toString()
  folder = mkdtempSync(join(tmpdir(), 'storyarch-'))
  const layers = [await layerOf(shell()), await layerOf({ 'app/noise': randomBytes(3 << 20) })]
  image = writeLayout(join(folder, 'layout'), layers, ['/bin/sh', '-c', 'echo it runs'])
})

afterAll(async () => {
  await aws.stop()
  rmSync(folder, { recursive: true, force: true })
  expect(aws.faults).toEqual([])
})

const reference = (repository = app.repository): string => `${new URL(app.origin).host}/${repository}`

const skopeo = async (...words: string[]): Promise<string> => (await run('skopeo', words)).stdout

const push = (tag: string, repository?: string): Promise<string> =>
  skopeo(
    ...['copy', '--dest-tls-verify=false', '--dest-creds', credentials],
    ...[`oci:${join(folder, 'layout')}:v1`, `docker://${reference(repository)}:${tag}`],
  )

describe.skipIf(withoutSkopeo)(withoutSkopeo ?? 'skopeo', () => {
  beforeAll(() => push('v1').then(() => undefined))

  test('pushes an image that ECR then describes', async () => {
    const { imageDetails } = await aws
      .client(ECRClient)
      .send(new DescribeImagesCommand({ repositoryName: 'team/app', imageIds: [{ imageTag: 'v1' }] }))
    expect(imageDetails).toMatchObject([{ imageDigest: image, imageTags: ['v1'] }])
    expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(3 << 20)
  })

  test('uploads nothing the second time', async () => {
    const uploads = () => aws.calls.count('registry:FinishUpload')
    const before = uploads()
    await push('v2')
    expect(uploads()).toBe(before)
  })

  test('inspects it and lists its tags', async () => {
    const access = ['--tls-verify=false', '--creds', credentials]
    const found = JSON.parse(await skopeo('inspect', ...access, `docker://${reference()}:v1`))
    expect(found).toMatchObject({ Digest: image, Os: 'linux', RepoTags: expect.arrayContaining(['v1']) })
    const listed = JSON.parse(await skopeo('list-tags', ...access, `docker://${reference()}`))
    expect(listed.Tags).toContain('v1')
  })

  test('pulls it as it was, and copies it from repository to repository', async () => {
    const access = ['--src-tls-verify=false', '--src-creds', credentials]
    const pulled = join(folder, 'pulled')
    await skopeo('copy', ...access, `docker://${reference()}@${image}`, `oci:${pulled}:v1`)
    expect(JSON.parse(readFileSync(join(pulled, 'index.json'), 'utf8')).manifests[0].digest).toBe(image)
    await skopeo(
      ...['copy', ...access, '--dest-tls-verify=false', '--dest-creds', credentials],
      ...[`docker://${reference()}:v1`, `docker://${reference('copy')}:v1`],
    )
    expect((await app.ask('HEAD', '/copy/manifests/v1')).headers.get('docker-content-digest')).toBe(image)
  })

  test('converts it to Docker’s own format', async () => {
    await skopeo(
      ...['copy', '--format', 'v2s2', '--dest-tls-verify=false', '--dest-creds', credentials],
      ...[`oci:${join(folder, 'layout')}:v1`, `docker://${reference()}:docker`],
    )
    expect((await app.ask('HEAD', 'manifests/docker')).headers.get('content-type')).toBe(
      'application/vnd.docker.distribution.manifest.v2+json',
    )
  })

  test('is told what is wrong with credentials and repositories', async () => {
    const to = (creds: string, name: string) =>
      skopeo(
        ...['copy', '--dest-tls-verify=false', '--dest-creds', creds],
        ...[`oci:${join(folder, 'layout')}:v1`, `docker://${reference(name)}:v1`],
      )
    await expect(to('AWS:wrong', 'team/app')).rejects.toThrow(/authentication required|unauthorized/i)
    await expect(to(credentials, 'none')).rejects.toThrow(/name unknown|does not exist/i)
  })
})

test.skipIf(withoutAws)(withoutAws ?? 'the password of the aws CLI logs skopeo in', async () => {
  const { out } = await awsCli(aws.environment(), 'ecr', 'get-login-password')
  const authfile = join(folder, 'auth.json')
  const login = run('skopeo', [
    ...['login', '--tls-verify=false', '--authfile', authfile],
    ...['--username', 'AWS', '--password-stdin', new URL(app.origin).host],
  ])
  login.child.stdin?.end(out)
  expect((await login).stdout).toContain('Login Succeeded')
  await push('login')
  const tags = await skopeo(
    'list-tags',
    '--tls-verify=false',
    '--authfile',
    authfile,
    `docker://${reference()}`,
  )
  expect(JSON.parse(tags).Tags).toContain('login')
})

describe.skipIf(withoutBuildah)(withoutBuildah ?? 'buildah', () => {
  const buildah = async (...words: string[]): Promise<string> => {
    const storage = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run')]
    return (await run('buildah', [...storage, '--storage-driver', 'vfs', ...words])).stdout.trim()
  }
  const access = () => ['--tls-verify=false', '--creds', credentials]

  test('pulls an image, runs it, and pushes what it has made of it', async () => {
    await push('base')
    const container = await buildah('from', ...access(), `${reference()}:base`)
    const run = (...command: string[]) => buildah('run', '--isolation', 'chroot', container, '--', ...command)
    expect(await run('/bin/sh', '-c', 'echo it runs')).toBe('it runs')
    await run('/bin/sh', '-c', 'echo made by buildah > /made')
    await buildah('commit', container, 'made')
    await buildah('push', ...access(), 'made', `docker://${reference()}:made`)

    await buildah('pull', ...access(), `${reference()}:made`)
    const again = await buildah('from', ...access(), '--pull-always', `${reference()}:made`)
    const read = ['/bin/sh', '-c', 'read line < /made; echo $line']
    expect(await buildah('run', '--isolation', 'chroot', again, '--', ...read)).toBe('made by buildah')
  })
})

test.skipIf(withoutCurl)(withoutCurl ?? 'curl pushes and pulls a blob', async () => {
  const [bytes, file] = [randomBytes(1 << 20), join(folder, 'got')]
  const digest = await app.putBlob(bytes)
  const curl = (...words: string[]) => run('curl', ['--silent', '--fail', '--user', credentials, ...words])
  await curl('--range', '0-99', '--output', file, `${app.origin}/v2/team/app/blobs/${digest}`)
  await curl('--continue-at', '-', '--output', file, `${app.origin}/v2/team/app/blobs/${digest}`)
  expect(digestOf(readFileSync(file))).toBe(digest)
  const target = `${app.origin}/v2/copy/blobs/uploads/?digest=${digest}`
  await curl('--request', 'POST', '--data-binary', `@${file}`, target)
  expect((await app.ask('HEAD', `/copy/blobs/${digest}`)).status).toBe(200)
})
