import type { Lease, LeaseRecord } from '../../src/engine/lease.ts'
import type { Kinds, World } from '../../src/engine/world.ts'
import { UserError } from '../../src/errors.ts'
import type { Aws, Blueprint, Desired, Live, Provisioner, Tags } from '../../src/resource.ts'

/** A cloud small enough to see through: things with three parts, kept in a map, every call counted and breakable. */
export type ToyProps = { plain: string; list: string[]; stone: string; home: string }
type ToyOut = { arn: string }

interface Thing {
  props: ToyProps
  tags: Tags
  generation: number
}

export class ToyCloud {
  readonly things = new Map<string, Thing>()
  readonly calls: string[] = []
  lease: LeaseRecord | null = null
  /** Asked before each call takes effect, and again after it did; may throw. */
  trouble: (call: string, phase: 'before' | 'after', index: number) => void = () => {}

  get writes(): number {
    return this.calls.filter(call => !call.startsWith('read')).length
  }

  call<T>(name: string, effect: () => T): T {
    const index = this.calls.push(name) - 1
    this.trouble(name, 'before', index)
    const result = effect()
    this.trouble(name, 'after', index)
    return result
  }
}

const set = (cloud: ToyCloud, name: string, part: Partial<ToyProps>): void => {
  const thing = cloud.things.get(name)
  if (thing === undefined) throw new Error(`${name} is gone`)
  cloud.things.set(name, { ...thing, props: { ...thing.props, ...part }, generation: thing.generation + 1 })
}

/** `kind` matters for the order of removal only: `b` things go after `a` things. */
export const toyKind = (cloud: ToyCloud, kind: 'a' | 'b'): Provisioner<ToyProps, ToyOut> => ({
  kind,
  naming: { max: 20, allow: /^[a-z0-9-]+$/ },
  permissions: { read: [], write: [], remove: [] },
  holdsData: ({ props }) => props.list.includes('data'),
  renews: ['arn'],
  settles: { usuallySeconds: 1, atMostSeconds: 60 },
  removeAfter: kind === 'b' ? ['a'] : [],
  hunt: { arn: arn => (arn.startsWith(`toy:${kind}:`) ? arn.split(':')[2] : undefined) },
  normal: props => ({ ...props, list: [...props.list].sort() }),
  read: async (_aws, name): Promise<Live<ToyProps, ToyOut> | undefined> =>
    cloud.call(`read ${kind}/${name}`, () => {
      const thing = cloud.things.get(name)
      if (thing === undefined) return undefined
      return {
        props: thing.props,
        out: { arn: `toy:${kind}:${name}:${thing.generation}` },
        tags: thing.tags,
        health: 'ready',
      }
    }),
  create: async (_aws, name, want, tags) =>
    cloud.call(`create ${name}`, () => {
      if (cloud.things.has(name)) throw new Error(`${name} already exists`)
      cloud.things.set(name, { props: { ...want, plain: '' }, tags, generation: 1 })
    }),
  change: {
    plain: async (_aws, { out }, { plain }) =>
      cloud.call(`plain ${out.arn}`, () => set(cloud, nameOf(out.arn), { plain })),
    list: async (_aws, { out }, { list }) =>
      cloud.call(`list ${out.arn}`, () => set(cloud, nameOf(out.arn), { list })),
    stone: 'replace',
    home: 'fixed',
  },
  retag: async (_aws, { out }, put, drop) =>
    cloud.call(`retag ${out.arn}`, () => {
      const thing = cloud.things.get(nameOf(out.arn))
      if (thing === undefined) throw new Error('gone')
      const kept = Object.entries(thing.tags).filter(([key]) => !drop.includes(key))
      cloud.things.set(nameOf(out.arn), { ...thing, tags: { ...Object.fromEntries(kept), ...put } })
    }),
  remove: async (_aws, { out }) =>
    cloud.call(`remove ${nameOf(out.arn)}`, () => void cloud.things.delete(nameOf(out.arn))),
  price: () => [],
})

const nameOf = (arn: string): string => arn.split(':')[2] ?? ''

const aws: Aws = {
  region: 'us-east-1',
  partition: 'aws',
  account: async () => '123456789012',
  client: () => {
    throw new Error('the toy cloud has no clients')
  },
  s3: () => {
    throw new Error('the toy cloud has no S3')
  },
  memo: (_key, load) => load(),
  forget: () => {},
}

export const toyLease = (cloud: ToyCloud, who: string): Lease => ({
  heartbeatMs: 1_000_000,
  read: async () => cloud.call('read lease', () => (cloud.things.has('anchor') ? cloud.lease : null)),
  acquire: async force =>
    cloud.call('acquire', () => {
      const holder = cloud.lease?.holder
      if (!force && holder && holder.expiresAtMs > 0)
        throw new UserError(`locked by ${holder.who}`, 'wait', { exitCode: 4 })
      cloud.lease = {
        serial: (cloud.lease?.serial ?? 0) + 1,
        holder: { who, where: 'here', sinceMs: 1, expiresAtMs: 1 },
        unfinished: true,
        standing: cloud.lease?.standing ?? [],
      }
      return cloud.lease
    }),
  extend: async () => {},
  release: async ({ unfinished, standing }) =>
    cloud.call('release', () => {
      if (cloud.lease?.holder?.who !== who) return
      cloud.lease = {
        ...cloud.lease,
        holder: { ...cloud.lease.holder, expiresAtMs: 0 },
        unfinished,
        standing: standing ?? cloud.lease.standing,
      }
    }),
})

export const toyWorld = (cloud: ToyCloud, who = 'me'): World & { events: string[] } => {
  const events: string[] = []
  let nowMs = 0
  const kinds: Kinds = {
    names: ['a', 'b'],
    provisioner: kind => toyKind(cloud, kind as 'a' | 'b') as never,
    lookup: () => {
      throw new Error('no lookups here')
    },
  }
  return {
    aws,
    kinds,
    events,
    tagged: async stack =>
      cloud.call('read tagged', () =>
        [...cloud.things]
          .filter(([, { tags }]) => stack === null || tags['storyarch:stack'] === stack)
          .map(([name, { tags }]) => ({
            arn: `toy:${tags['storyarch:resource']?.split('/')[0]}:${name}`,
            tags,
          })),
      ),
    lease: () => toyLease(cloud, who),
    eventual: error => (error instanceof Error && error.message === 'eventual' ? 'it spreads' : undefined),
    clock: {
      nowMs: () => nowMs,
      sleep: async ms => {
        nowMs += ms
      },
    },
    report: event => void events.push(event.type === 'note' ? event.text : `${event.type} ${event.id}`),
    signal: new AbortController().signal,
  }
}

export const toy = (
  kind: 'a' | 'b',
  logical: string,
  props: Partial<ToyProps> = {},
  after: string[] = [],
): Desired<ToyProps> => ({
  kind,
  logical,
  name: logical,
  props: { plain: 'x', list: [], stone: 's', home: 'h', ...props },
  after,
  tags: {},
  recipe: null,
})

export const toyBlueprint = (...resources: Desired[]): Blueprint => ({
  stack: 'toy/test',
  region: 'us-east-1',
  account: null,
  userTags: {},
  anchor: 'b/anchor',
  resources: [toy('b', 'anchor'), ...resources],
  lookups: [],
  outputs: {},
})
