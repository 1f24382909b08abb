import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { inspect, load } from '../../src/manifest/load.ts'
import type { Manifest } from '../../src/manifest/manifest.ts'

const loaded = (text: string): Manifest => {
  const { manifest, faults } = inspect(text, '/project/storyarch.yaml')
  if (manifest === null) throw new Error(faults.map(({ message }) => message).join('\n'))
  return manifest
}

const stack = 'project: notes\nenvironment: dev\nregion: eu-west-1\n'

describe('defaults', () => {
  test('a bare frontend is a whole site', () => {
    const { frontend, backend, database, api } = loaded(`${stack}frontend: {}`)
    expect(frontend).toEqual({
      bucket: 'notes-frontend-dev',
      source: '/project/frontend',
      build: null,
      domain: null,
      aliases: [],
      certificate: null,
      fallback: 'function',
      cache: [],
      keepSeconds: 604_800,
    })
    expect({ backend, database, api }).toEqual({ backend: null, database: null, api: null })
  })

  test('a bare backend has a database, an API and the names of the Terraform project', () => {
    const { frontend, backend, database, api } = loaded(`${stack}backend: {}`)
    expect(frontend).toBeNull()
    expect(backend).toMatchObject({
      image: { from: 'dockerfile', context: '/project/backend', dockerfile: 'Dockerfile' },
      cpu: 256,
      memory: 1024,
      lifetimeSeconds: 300,
      maxLifetimeSeconds: 43_200,
      startDeadlineSeconds: 180,
      names: {
        repository: 'notes-backend',
        cluster: 'notes-dev',
        taskFamily: 'notes-backend-dev',
        table: 'notes-task-state-dev',
        taskManager: 'notes-task-manager-dev',
        taskMonitor: 'notes-task-monitor-dev',
        logGroup: '/ecs/notes-dev',
      },
    })
    expect(database).toEqual({
      bucket: 'notes-database-dev',
      key: 'db.sqlite3',
      path: '/data/db.sqlite3',
      keep: { versions: 20, days: 30 },
    })
    expect(api).toEqual({ domain: null, certificate: null, auth: 'none', throttle: { rate: 10, burst: 20 } })
  })

  test('memory follows cpu where none is given', () => {
    const memory = (cpu: number) => loaded(`${stack}backend: { cpu: ${cpu} }`).backend?.memory
    expect([256, 512, 1024, 16_384].map(memory)).toEqual([1024, 1024, 2048, 32_768])
  })

  test('a domain in a zone gets a certificate of its own', () => {
    const { frontend } = loaded(
      `${stack}dns: { zone: a.co }\nfrontend: { domain: a.co, aliases: [w.a.co, a.co, b.a.co, w.a.co] }`,
    )
    expect(frontend).toMatchObject({ certificate: 'auto', aliases: ['b.a.co', 'w.a.co'] })
  })
})

describe('what is written may take several forms', () => {
  test.each([
    ['300', 300],
    ['"300"', 300],
    ['90s', 90],
    ['5m', 300],
    ['1h30m', 5400],
    ['12h', 43_200],
  ])('lifetime %s is %i seconds', (lifetime, seconds) => {
    expect(loaded(`${stack}backend: { lifetime: ${lifetime} }`).backend?.lifetimeSeconds).toBe(seconds)
  })

  test('variables and tags may look like numbers and switches', () => {
    const { backend, tags } = loaded(
      `${stack}tags: { n: 7 }\nbackend: { environment: { A: 1, B: true, C: "1.10" } }`,
    )
    expect(backend?.environment).toEqual({ A: '1', B: 'true', C: '1.10' })
    expect(tags).toEqual({ n: '7' })
  })

  test('an audience may be one or many', () => {
    const auth = (audience: string) =>
      loaded(`${stack}backend: {}\napi: { auth: { jwt: { issuer: "https://i.d", audience: ${audience} } } }`)
        .api?.auth
    expect(auth('a')).toEqual({ jwt: { issuer: 'https://i.d', audience: ['a'] } })
    expect(auth('[a, b]')).toEqual({ jwt: { issuer: 'https://i.d', audience: ['a', 'b'] } })
  })

  test('an image comes from a registry or from files too', () => {
    const image = (text: string) => loaded(`${stack}backend: { image: ${text} }`).backend?.image
    expect(image('{ uri: "nginx:1" }')).toEqual({ from: 'registry', uri: 'nginx:1', copy: false })
    expect(image('{ files: app, command: [node, a.js] }')).toEqual({
      from: 'files',
      files: '/project/app',
      base: 'public.ecr.aws/docker/library/node:24-slim',
      command: ['node', 'a.js'],
      workdir: '/app',
      user: null,
    })
    expect(image('{ files: app, command: [./serve], base: none }')).toMatchObject({ base: null })
  })

  test('anchors and merge keys share what is common; own keys win', () => {
    const { tags, backend } = loaded(
      `${stack}tags: { <<: &common { a: x, b: y }, b: z }\nbackend: { environment: { b: own, <<: *common } }`,
    )
    expect(tags).toEqual({ a: 'x', b: 'z' })
    expect(backend?.environment).toEqual({ a: 'x', b: 'own' })
  })
})

describe('load', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storyarch-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('reads a file; its paths are relative to it', async () => {
    const file = join(folder, 'storyarch.yaml')
    await writeFile(file, `${stack}frontend: { source: ../site }`)
    expect((await load(file)).frontend?.source).toBe(join(folder, '..', 'site'))
  })

  test('tells all faults in one UserError', async () => {
    const file = join(folder, 'storyarch.yaml')
    await writeFile(file, 'project: Notes\nenvironment: dev\nregion: mars\nfrontend: {}\n')
    const error = await load(file).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).fact.split('\n')).toEqual([
      `${file} has 2 faults.`,
      expect.stringContaining(`${file}:1:10: project: "Notes"`),
      expect.stringContaining(`${file}:3:9: region: "mars"`),
    ])
  })

  test.each([
    ['a missing file', 'none.yaml', 'is not there'],
    ['a folder', '.', 'is a folder'],
  ])("%s is the user's to mend", async (_, name, fact) => {
    const error = await load(join(folder, name)).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).fact).toContain(fact)
  })
})
