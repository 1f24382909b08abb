import fc from 'fast-check'

/** What people may write in a manifest, every key of it; as data that `stringify` turns into YAML. */

const word = (least: number, most: number) =>
  fc.stringMatching(new RegExp(`^[a-z][a-z0-9]{${least - 1},${most - 1}}$`))

const maybe = <T extends Record<string, fc.Arbitrary<unknown>>>(keys: T, required: (keyof T)[] = []) =>
  fc.record(keys, { requiredKeys: required as never[] })

const seconds = (least: number, most: number) =>
  fc.oneof(
    fc.integer({ min: least, max: most }),
    fc.integer({ min: Math.ceil(least / 60), max: Math.floor(most / 60) }).map(minutes => `${minutes}m`),
  )

const arn = (region: string) => fc.uuid().map(id => `arn:aws:acm:${region}:123456789012:certificate/${id}`)

const size = fc.constantFrom(
  [256, 512],
  [256, 2048],
  [512, 3072],
  [1024, 8192],
  [4096, 30_720],
  [16_384, 122_880],
)

const variables = fc.dictionary(
  fc.stringMatching(/^V_[A-Z0-9_]{1,12}$/),
  fc.oneof(fc.string(), fc.boolean(), fc.integer()),
  { maxKeys: 4 },
)

const secrets = fc.dictionary(
  fc.stringMatching(/^S_[A-Z0-9_]{1,12}$/),
  fc.constantFrom('secretsmanager:notes/key', 'ssm:/notes/key', 'ssm:key'),
  { maxKeys: 3 },
)

const image = fc.constantFrom(
  {},
  { context: '.' },
  { context: 'app', dockerfile: 'docker/Dockerfile' },
  { uri: 'ghcr.io/me/app:1' },
  { uri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/other/app@sha256:0a' },
  { uri: 'ghcr.io/me/app:1', copy: true },
  { context: 'app', builder: 'buildah' },
  { files: 'app', command: ['node', 'server.js'] },
  { files: 'app', command: ['./serve'], base: 'none', workdir: '/srv', user: '1000:1000' },
)

const names = maybe({
  repository: fc.constant('team/notes'),
  cluster: fc.constant('Shared_Cluster'),
  taskFamily: fc.constant('Family'),
  table: fc.constant('state.table'),
  taskManager: fc.constant('Manager'),
  taskMonitor: fc.constant('Monitor'),
  logGroup: fc.constant('/apps/notes'),
})

const backend = fc.tuple(
  size,
  maybe({
    image,
    agent: fc.constantFrom({}, { base: 'node:24-slim' }),
    architecture: fc.constantFrom('arm64', 'x86_64'),
    port: fc.integer({ min: 1, max: 65_535 }),
    health: fc.constantFrom('/', '/health/', '/ok?deep=1'),
    environment: variables,
    secrets,
    lifetime: seconds(30, 18_000),
    maxLifetime: seconds(18_000, 86_400),
    startDeadline: seconds(60, 3600),
    spot: fc.boolean(),
    idle: fc.constantFrom({}, { signal: 'ping' }, { signal: 'connections' }),
    local: fc.constantFrom({}, { command: 'python3 manage.py runserver' }),
    names,
  }),
)

const database = maybe({
  bucket: word(3, 40).map(name => `data-${name}`),
  key: fc.constantFrom('db.sqlite3', 'deep/er/app.db'),
  path: fc.constantFrom('/data/db.sqlite3', '/var/lib/app/app.db'),
  keep: maybe({ versions: fc.integer({ min: 0, max: 100 }), days: fc.integer({ min: 1, max: 3650 }) }),
})

const auth = fc.constantFrom('none', 'token', {
  jwt: { issuer: 'https://id.example.com/', audience: ['a', 'b'] },
})

const network = fc.constantFrom(
  {},
  { vpc: 'vpc-0123456789abcdef0' },
  { subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'], publicIp: false },
  { vpc: 'vpc-01234567', securityGroups: ['sg-01234567', 'sg-89abcdef'] },
)

const stack = maybe(
  {
    project: fc.oneof(word(1, 32), fc.constant('p'.repeat(32)), fc.constant('story-architect')),
    environment: fc.oneof(word(1, 16), fc.constant('e'.repeat(16)), fc.constant('pre-prod')),
    region: fc.constantFrom('us-east-1', 'eu-west-1', 'ap-southeast-2'),
    account: fc.constant('123456789012'),
    tags: fc.dictionary(
      fc.stringMatching(/^[a-z][a-z0-9:/-]{0,20}$/),
      fc.stringMatching(/^[\w .@-]{1,30}$/),
      { maxKeys: 3 },
    ),
    network,
    logs: fc.constantFrom({}, { retentionDays: 1 }, { retentionDays: 3653 }),
    budget: fc.constantFrom(
      { monthlyUsd: 15, email: 'me@example.com' },
      { monthlyUsd: 1.5, email: 'a.b@c.de' },
    ),
  },
  ['project', 'environment', 'region'],
)

const site = maybe({
  bucket: word(3, 40).map(name => `site-${name}`),
  source: fc.constantFrom('.', '../site'),
  build: fc.constantFrom({}, { install: 'pnpm i', command: 'make', output: 'out/www' }),
  fallback: fc.constantFrom('function', 'errors', 'none'),
  keep: seconds(0, 86_400),
  cache: fc.constantFrom({}, { '**': 'no-cache' }, { 'a/{b,c}/*.[jt]s': '1h', '**': 60 }),
})

/** `zone`: all domains in a Route 53 zone; `arns`: DNS elsewhere, certificates given; `none`: no domains. */
const naming = fc.constantFrom('zone', 'arns', 'none')

/** A manifest with nothing wrong in it. */
export const anyManifest = fc
  .record({
    stack,
    parts: fc.constantFrom('frontend', 'backend', 'both'),
    naming,
    site,
    backend,
    database: fc.option(database, { nil: undefined }),
    api: maybe({ auth, throttle: fc.constantFrom({}, { rate: 1 }, { burst: 5000 }) }),
    siteArn: arn('us-east-1'),
    aliases: fc.uniqueArray(word(1, 8), { maxLength: 3 }),
    apex: fc.boolean(),
  })
  .chain(made => arn(made.stack.region as string).map(apiArn => ({ ...made, apiArn })))
  .map(({ stack, parts, naming, site, backend, database, api, siteArn, apiArn, aliases, apex }) => {
    const named = naming !== 'none'
    const [[cpu, memory], rest] = backend
    const siteNames = {
      domain: apex ? 'example.com' : 'app.example.com',
      aliases: aliases.map(alias => `${alias}.site.example.com`),
      ...(naming === 'arns' && { certificate: siteArn }),
    }
    const apiNames = { domain: 'api.example.com', ...(naming === 'arns' && { certificate: apiArn }) }
    const cache = site.cache === undefined ? {} : { cache: asText(site.cache ?? {}) }
    return {
      ...stack,
      ...(parts !== 'backend' && { frontend: { ...site, ...cache, ...(named && siteNames) } }),
      ...(parts !== 'frontend' && {
        backend: { ...rest, cpu, memory },
        ...(database !== undefined && { database }),
        api: { ...api, ...(named && apiNames) },
      }),
      ...(naming === 'zone' && { dns: { zone: 'example.com' } }),
    }
  })

const asText = (record: object): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, String(value)]))
