import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DeleteRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Running } from '../running.ts'
import { codeOf, digestOf, RegistryClient } from './registryClient.ts'

let aws: Running
let app: RegistryClient

beforeEach(async () => {
  aws = await Running.start()
  app = await RegistryClient.create(aws, 'app')
})

afterEach(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

const bytes = randomBytes(300_000)
const digest = digestOf(bytes)

const start = async (): Promise<string> =>
  (await app.ask('POST', 'blobs/uploads/')).headers.get('location') ?? ''

const chunk = (location: string, from: number, to: number): Promise<Response> =>
  app.ask('PATCH', location, {
    body: bytes.subarray(from, to),
    headers: { 'content-range': `${from}-${to - 1}` },
  })

const stored = async (): Promise<Buffer | null> => {
  const response = await app.ask('GET', `blobs/${digest}`)
  return response.ok ? Buffer.from(await response.arrayBuffer()) : null
}

const filesIn = (name: string): string[] => readdirSync(join(aws.folder, 'ecr', 'us-east-1', name))

describe('a blob', () => {
  test('comes in one POST', async () => {
    const response = await app.ask('POST', `blobs/uploads/?digest=${digest}`, { body: bytes })
    expect(response.status).toBe(201)
    expect(response.headers.get('docker-content-digest')).toBe(digest)
    expect(response.headers.get('location')).toBe(`${app.origin}/v2/app/blobs/${digest}`)
    expect(await stored()).toEqual(bytes)
    expect(filesIn('uploads')).toEqual([])
  })

  test('comes in chunks that say where they belong, the last one with the end', async () => {
    const location = await start()
    const first = await chunk(location, 0, 100_000)
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-99999'])
    await chunk(location, 100_000, 200_000)
    const done = await app.ask('PUT', `${location}?digest=${digest}`, {
      body: bytes.subarray(200_000),
      headers: { 'content-range': '200000-299999' },
    })
    expect(done.status).toBe(201)
    expect(await stored()).toEqual(bytes)
  })

  test('comes in one stream of unknown length', async () => {
    const location = await start()
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 50_000) controller.enqueue(bytes.subarray(at, at + 50_000))
        controller.close()
      },
    })
    await app.ask('PATCH', location, { body, duplex: 'half' } as RequestInit)
    expect((await app.ask('PUT', `${location}?digest=${digest}`)).status).toBe(201)
    expect(await stored()).toEqual(bytes)
  })

  test('may be empty', async () => {
    const nothing = digestOf('')
    expect((await app.ask('PUT', `${await start()}?digest=${nothing}`)).status).toBe(201)
    const got = await app.ask('GET', `blobs/${nothing}`)
    expect([got.status, got.headers.get('content-length'), await got.text()]).toEqual([200, '0', ''])
  })

  test('sent twice at once is there once and whole', async () => {
    const locations = await Promise.all([start(), start(), start()])
    const answers = await Promise.all(
      locations.map(location => app.ask('PUT', `${location}?digest=${digest}`, { body: bytes })),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(await stored()).toEqual(bytes)
    expect(filesIn('layers')).toHaveLength(1)
    expect(filesIn('uploads')).toEqual([])
  })

  test('is counted, so that a test can tell one new layer', async () => {
    await app.putBlob(bytes)
    const uploads = aws.calls.recent().filter(({ operation }) => operation === 'FinishUpload')
    expect(uploads).toMatchObject([{ service: 'registry', status: 201, region: 'us-east-1' }])
    const counts = await (await fetch(`${aws.endpoint}/_storyarch/calls`)).json()
    expect(counts).toMatchObject({ 'ecr:CreateRepository': 1, 'registry:FinishUpload': 1 })
  })
})

describe('an upload', () => {
  test('tells how far it is, and refuses a chunk that does not follow', async () => {
    const location = await start()
    await chunk(location, 0, 1000)
    const status = await app.ask('GET', location)
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-999'])
    for (const from of [999, 1001, 5000]) {
      const gap = await chunk(location, from, from + 10)
      expect([gap.status, gap.headers.get('range'), gap.headers.get('location')]).toEqual([
        416,
        '0-999',
        location,
      ])
    }
    await chunk(location, 1000, bytes.length)
    expect((await app.ask('PUT', `${location}?digest=${digest}`)).status).toBe(201)
  })

  test('whose bytes have another digest leaves nothing', async () => {
    const wrong = Buffer.from(bytes)
    wrong[1234] = (wrong[1234] ?? 0) ^ 1
    const location = await start()
    const response = await app.ask('PUT', `${location}?digest=${digest}`, { body: wrong })
    expect(await codeOf(response)).toBe('400 DIGEST_INVALID')
    expect(await stored()).toBeNull()
    expect(await codeOf(await app.ask('GET', location))).toBe('404 BLOB_UPLOAD_UNKNOWN')
    const single = await app.ask('POST', `blobs/uploads/?digest=${digest}`, { body: wrong })
    expect(await codeOf(single)).toBe('400 DIGEST_INVALID')
    expect([...filesIn('uploads'), ...filesIn('layers')]).toEqual([])
  })

  test.each(['', 'sha256:abc', `sha512:${'0'.repeat(128)}`, '../../etc/passwd'])(
    'does not end with the digest %j',
    async wanted => {
      const location = await start()
      const response = await app.ask('PUT', `${location}?digest=${encodeURIComponent(wanted)}`, {
        body: bytes,
      })
      expect(await codeOf(response)).toBe('400 DIGEST_INVALID')
    },
  )

  test('that breaks off goes on where it broke, also after a restart', async () => {
    const location = await start()
    await breakOff(location, bytes.subarray(0, 100_000))
    const status = await app.ask('GET', location)
    expect(status.headers.get('range')).toBe('0-99999')
    await chunk(location, 100_000, 150_000)
    await aws.restart()
    const after = await app.ask('GET', location)
    expect(after.headers.get('range')).toBe('0-149999')
    await chunk(location, 150_000, bytes.length)
    expect((await app.ask('PUT', `${location}?digest=${digest}`)).status).toBe(201)
    expect(await stored()).toEqual(bytes)
  })

  test('is gone when cancelled', async () => {
    const location = await start()
    await chunk(location, 0, 1000)
    expect((await app.ask('DELETE', location)).status).toBe(204)
    expect(await codeOf(await chunk(location, 1000, 2000))).toBe('404 BLOB_UPLOAD_UNKNOWN')
    expect(filesIn('uploads')).toEqual([])
  })

  test('belongs to its repository and goes with it', async () => {
    const other = await RegistryClient.create(aws, 'other')
    const location = await start()
    const elsewhere = location.replace('/app/', '/other/')
    expect(await codeOf(await other.ask('GET', elsewhere))).toBe('404 BLOB_UPLOAD_UNKNOWN')
    await aws.client(ECRClient).send(new DeleteRepositoryCommand({ repositoryName: 'app' }))
    expect(await codeOf(await app.ask('GET', location))).toBe('404 NAME_UNKNOWN')
    expect(filesIn('uploads')).toEqual([])
  })

  test('nobody came back to for a day is cleared at a start, a younger one not', async () => {
    const old = await start()
    await app.ask('PUT', `${await start()}?digest=${digest}`, { body: bytes })
    aws.advance(25 * 3600)
    app = await RegistryClient.create(aws, 'later')
    const young = await start()
    await aws.restart()
    expect((await app.ask('GET', young)).status).toBe(204)
    expect(await codeOf(await app.ask('GET', old))).toBe('404 BLOB_UPLOAD_UNKNOWN')
    // The blob never became part of an image.
    expect(filesIn('layers')).toEqual([])
    expect(filesIn('uploads')).toHaveLength(1)
  })

  test('needs no memory for its size', async () => {
    const size = 256 << 20
    const piece = Buffer.alloc(1 << 20, 7)
    const location = await start()
    const before = process.memoryUsage().rss
    let peak = 0
    await new Promise<void>((resolve, reject) => {
      const upload = request(
        location,
        { method: 'PATCH', headers: { authorization: app.credentials, 'content-length': size } },
        response => response.resume().on('end', resolve),
      ).on('error', reject)
      let sent = 0
      const more = (): void => {
        peak = Math.max(peak, process.memoryUsage().rss)
        while (sent < size) {
          sent += piece.length
          if (!upload.write(piece)) {
            upload.once('drain', more)
            return
          }
        }
        upload.end()
      }
      more()
    })
    const [name = ''] = filesIn('uploads')
    expect(statSync(join(aws.folder, 'ecr', 'us-east-1', 'uploads', name)).size).toBe(size)
    expect(peak - before).toBeLessThan(120 << 20)
  })
})

describe('mounting', () => {
  test('takes a layer over from a repository that holds it', async () => {
    await app.putBlob(bytes)
    const other = await RegistryClient.create(aws, 'team/other')
    expect((await other.ask('HEAD', `blobs/${digest}`)).status).toBe(404)
    const mounted = await other.ask('POST', `blobs/uploads/?mount=${digest}&from=app`)
    expect([mounted.status, mounted.headers.get('docker-content-digest')]).toEqual([201, digest])
    expect((await other.ask('HEAD', `blobs/${digest}`)).headers.get('content-length')).toBe('300000')
    expect(filesIn('layers')).toHaveLength(1)
  })

  test('begins an upload when the other has it not', async () => {
    const other = await RegistryClient.create(aws, 'other')
    for (const from of ['app', 'none', 'other']) {
      const answer = await other.ask('POST', `blobs/uploads/?mount=${digest}&from=${from}`)
      expect(answer.status).toBe(202)
      expect((await other.ask('GET', answer.headers.get('location') ?? '')).status).toBe(204)
    }
    expect((await other.ask('HEAD', `blobs/${digest}`)).status).toBe(404)
  })
})

/** Announces more than `part`, sends it, and hangs up when the server has it. */
const breakOff = async (location: string, part: Uint8Array): Promise<void> => {
  const [id = ''] = location.split('/').slice(-1)
  const file = join(aws.folder, 'ecr', 'us-east-1', 'uploads', id)
  const upload = request(location, {
    method: 'PATCH',
    headers: { authorization: app.credentials, 'content-length': bytes.length },
  })
  const broken = new Promise(resolve => upload.on('error', resolve))
  upload.write(part)
  await expect.poll(() => statSync(file).size).toBe(part.length)
  upload.destroy()
  await broken
}
