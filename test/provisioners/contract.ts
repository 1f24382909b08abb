import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import { apply } from '../../src/engine/apply.ts'
import { hunt } from '../../src/engine/hunt.ts'
import { makePlan } from '../../src/engine/makePlan.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { removeInOrder } from '../../src/engine/removal.ts'
import { RESOURCE, STACK, ZONE } from '../../src/engine/stackTags.ts'
import type { AnyProvisioner, World } from '../../src/engine/world.ts'
import { UserError } from '../../src/errors.ts'
import type { Aws, Blueprint, Live, Outputs, Provisioner, Tags } from '../../src/resource.ts'
import { openWorld } from '../acceptance/liveStack.ts'
import type { Ground } from './ground.ts'
import { iamActions } from './iamActions.ts'

/** One resource of a kind, for the contract to be tried on. */
export interface Sample<Props extends object> {
  /** Makes what the resource needs and says what it shall be. Called once per ground. */
  prepare(aws: Aws): Promise<Wish<Props>>
  /** Puts into the standing resource what its removal has to clear away. */
  readonly fill?: (aws: Aws, name: string) => Promise<unknown>
  /** What a ground cannot do and why, by part or by test (`retag`, `permissions` …). */
  readonly lacks?: Partial<Record<Ground['name'], Readonly<Record<string, string>>>>
  /** Declared actions that no test reaches, and why. */
  readonly unreached?: Readonly<Record<string, string>>
}

export interface Wish<Props extends object> {
  readonly name: string
  readonly props: Props
  /** For every part another value: what somebody made of it, or, where AWS cannot change it, what is wished next. */
  readonly variants: { readonly [Part in keyof Props]?: Props[Part] }
  readonly tags?: Tags
}

const STACK_NAME = 'contract/test'
const REGION = 'us-east-1'
const LOGICAL = 'sample'
const PATIENT = { timeout: 60_000 }

/**
 * What every kind promises, tried on one AWS: applied twice writes nothing; a part changed behind its back shows and
 * is mended; what is not ours stays and is named; the half-made is finished; destroyed twice is calm; nothing is
 * called that the kind does not declare.
 */
export const contract = <Props extends object, Out extends Outputs>(
  provisioner: Provisioner<Props, Out>,
  sample: Sample<Props>,
  ground: Ground,
): void => {
  const lacking = sample.lacks?.[ground.name] ?? {}
  const because = ground.missing === null ? '' : ` (${ground.missing})`

  describe.skipIf(ground.missing !== null)(`${provisioner.kind} on ${ground.name}${because}`, () => {
    let opened: Awaited<ReturnType<Ground['open']>>
    let bench: Bench<Props, Out>
    beforeAll(async () => {
      opened = await ground.open()
      bench = await openBench(opened.endpoint, provisioner, sample)
    })
    afterEach(() => bench.destroy())
    afterAll(async () => {
      bench?.close()
      await opened?.close()
    })

    const promise = (name: string, key: string, run: () => Promise<void>): void => {
      const why = lacking[key]
      if (why === undefined) test(name, PATIENT, run)
      else test.skip(`${name} (${why})`)
    }

    promise('applied twice: the second time there is nothing to do', 'twice', async () => {
      const first = await bench.apply()
      expect(actions(first)).toEqual([['create', bench.name]])
      const written = bench.writes()
      expect(await bench.plan()).toMatchObject({ changes: [], foreign: [], ailing: [] })
      await bench.apply()
      expect(bench.writes()).toBe(written)
    })

    for (const part of Object.keys(provisioner.change) as (keyof Props & string)[]) {
      const writer = provisioner.change[part]
      if (typeof writer === 'function')
        promise(`${part}, changed behind its back, shows and is mended`, part, async () => {
          await bench.apply()
          await bench.meddle(part)
          const plan = await bench.plan()
          expect(actions(plan)).toEqual([['update', bench.name]])
          for (const { path, reason } of plan.changes[0]?.differences ?? []) {
            expect(path.split(/[.[]/)[0]).toBe(part)
            expect(reason).toBe('drift')
          }
          await bench.apply()
          expect(await bench.plan()).toMatchObject({ changes: [] })
          expect((await bench.live()).props).toEqual(bench.normal)
        })
      if (writer === 'replace')
        promise(`another ${part} is another resource`, part, async () => {
          await bench.apply()
          const other = bench.wishing(part)
          expect(actions(await bench.plan(other))).toEqual([['replace', bench.name]])
          await bench.apply(other)
          expect(await bench.plan(other)).toMatchObject({ changes: [] })
        })
      if (writer === 'fixed')
        promise(`another ${part} is refused`, part, async () => {
          await bench.apply()
          await expect(bench.plan(bench.wishing(part))).rejects.toThrow(UserError)
        })
    }

    promise("somebody else's is left alone and named, and taken over when asked", 'foreign', async () => {
      await bench.apply()
      for (const owner of ['other/stack', null]) {
        await bench.giveTo(owner)
        const before = await bench.live()
        const plan = await bench.plan()
        expect(plan.changes).toEqual([])
        expect(plan.foreign).toMatchObject([{ name: bench.name, owner }])
        expect(await bench.live()).toEqual(before)
        expect(await bench.hunted()).toEqual([])
      }
      const adoption = await bench.plan({ adopt: true })
      expect(actions(adoption)).toEqual([['adopt', bench.name]])
      await bench.apply({ adopt: true })
      expect(await bench.plan()).toMatchObject({ changes: [], foreign: [] })
    })

    promise('half-made, it is finished', 'half', async () => {
      await bench.createOnly()
      await bench.apply()
      expect(await bench.plan()).toMatchObject({ changes: [] })
      expect((await bench.live()).props).toEqual(bench.normal)
    })

    promise("the user's tags come, change and go; others' stay", 'retag', async () => {
      const own = provisioner.ownTagsOnly === true
      await bench.apply({ userTags: { colour: 'red', owner: 'ann' } })
      if (!own) await bench.putTags({ theirs: 'kept' })
      await bench.apply({ userTags: { colour: 'blue' } })
      const { tags } = await bench.live()
      expect(tags).toMatchObject({ [STACK]: STACK_NAME, [RESOURCE]: bench.id })
      if (!own) expect(tags).toMatchObject({ colour: 'blue', theirs: 'kept' })
      expect(tags).not.toHaveProperty('owner')
      expect(await bench.plan({ userTags: { colour: 'blue' } })).toMatchObject({ changes: [] })
    })

    promise('found without a manifest', 'hunt', async () => {
      await bench.apply()
      expect(await bench.hunted()).toEqual([{ id: bench.id, name: bench.name }])
    })

    promise('destroyed with all it holds, and destroyed twice: calm', 'destroy', async () => {
      await bench.apply()
      await bench.fill()
      const live = await bench.live()
      await bench.destroy()
      expect(await bench.find()).toBeUndefined()
      expect(await bench.hunted()).toEqual([])
      await bench.removeAgain(live)
      expect(await bench.find()).toBeUndefined()
    })

    promise('calls what it declares, no more and no less', 'permissions', async () => {
      bench.forgetCalls()
      await bench.apply()
      for (const [part, writer] of Object.entries(provisioner.change))
        if (typeof writer === 'function' && lacking[part] === undefined) {
          await bench.apply(bench.wishing(part as keyof Props & string))
          await bench.apply()
        }
      await bench.apply({ userTags: { colour: 'red' } })
      await bench.apply()
      await bench.fill()
      await bench.hunted()
      await bench.destroy()

      const { read, write, remove } = provisioner.permissions
      const called = bench.called()
      const beyond = (actions: readonly string[], allowed: readonly string[]) =>
        actions.filter(action => !allowed.includes(action))
      expect(beyond(called.read, read)).toEqual([])
      expect(beyond(called.write, [...read, ...write])).toEqual([])
      expect(beyond(called.remove, [...read, ...remove])).toEqual([])
      const reached = (declared: readonly string[], calls: readonly string[]) =>
        beyond(declared, [...calls, ...Object.keys(sample.unreached ?? {})])
      expect(reached(read, called.read)).toEqual([])
      expect(reached(write, called.write)).toEqual([])
      expect(reached(remove, called.remove)).toEqual([])
    })
  })
}

const actions = (plan: Plan): [string, string][] => plan.changes.map(({ action, name }) => [action, name])

interface Options<Props> {
  readonly props?: Props
  readonly userTags?: Tags
  readonly adopt?: boolean
}

type Bench<Props extends object, Out extends Outputs> = Awaited<ReturnType<typeof openBench<Props, Out>>>

/** The real engine on one resource, with separate sessions so that it is known who called what. */
const openBench = async <Props extends object, Out extends Outputs>(
  endpoint: string,
  provisioner: Provisioner<Props, Out>,
  sample: Sample<Props>,
) => {
  const open = (): AwsSession => createAws({ region: REGION, profile: null, endpoint, maxAttempts: 3 })
  const outside = open()
  const base = openWorld(endpoint, REGION)
  const reading = base.session
  // One memory for all three, as in the program, where they are one session.
  const shared = (session: AwsSession): AwsSession => ({
    ...session,
    memo: reading.memo,
    forget: reading.forget,
  })
  const writing = open()
  const removing = open()
  const watched: Provisioner<Props, Out> = {
    ...provisioner,
    // What does not come within seconds here would never come.
    settles: { ...provisioner.settles, atMostSeconds: 10 },
    create: (_aws, name, want, tags) => provisioner.create(shared(writing), name, want, tags),
    retag: (_aws, live, put, drop) => provisioner.retag(shared(writing), live, put, drop),
    remove: (_aws, live) => provisioner.remove(shared(removing), live),
    change: Object.fromEntries(
      Object.entries(provisioner.change).map(([part, writer]) => [
        part,
        typeof writer === 'function'
          ? (_aws: Aws, live: Live<Props, Out>, want: Props) => writer(shared(writing), live, want)
          : writer,
      ]),
    ) as unknown as Provisioner<Props, Out>['change'],
  }
  const { name, props, variants, tags: extra = {} } = await sample.prepare(outside)
  const id = `${provisioner.kind}/${LOGICAL}`
  const zones = extra[ZONE] === undefined ? [] : [extra[ZONE]]
  const world: World = {
    ...base,
    kinds: {
      names: [provisioner.kind],
      provisioner: () => watched as unknown as AnyProvisioner,
      lookup: base.kinds.lookup,
    },
  }
  const blueprint = (options: Options<Props>): Blueprint => ({
    stack: STACK_NAME,
    region: REGION,
    account: null,
    userTags: options.userTags ?? {},
    anchor: 'table/none',
    resources: [
      {
        kind: provisioner.kind,
        logical: LOGICAL,
        name,
        props: options.props ?? props,
        after: [],
        tags: extra,
      },
    ],
    lookups: [],
    outputs: {},
  })
  const consent = ({ adopt = false }: Options<Props>) => ({ adopt, deleteData: true, wants: () => true })
  const find = async (): Promise<Live<Props, Out> | undefined> => {
    outside.forget(null)
    return provisioner.read(outside, name)
  }
  const live = async (): Promise<Live<Props, Out>> => {
    const found = await find()
    if (found === undefined) throw new Error(`${id} is not there`)
    return found
  }
  const tagsFor = (): Tags => ({
    ...extra,
    [STACK]: STACK_NAME,
    [RESOURCE]: id,
    'storyarch:managed': 'owned',
  })
  const retag = async (put: Tags, drop: string[]): Promise<void> => {
    await provisioner.retag(outside, await live(), put, drop)
  }
  const variant = (part: keyof Props & string): Props => {
    if (!(part in variants)) throw new Error(`the sample of ${provisioner.kind} has no variant of ${part}`)
    return { ...props, [part]: variants[part] }
  }
  const normal = provisioner.normal ?? (same => same)
  const called = (session: AwsSession, before: ReadonlyMap<string, number>): string[] =>
    [...session.calls.operations]
      .filter(([call, times]) => times > (before.get(call) ?? 0))
      .map(([call]) => call)
      .filter(call => !/^(STS|ResourceGroupsTaggingAPI):/.test(call))
      .flatMap(iamActions)
  let before = [reading, writing, removing].map(({ calls }) => new Map(calls.operations))

  return {
    name,
    id,
    normal: normal(props),
    find,
    live,
    plan: async (options: Options<Props> = {}): Promise<Plan> =>
      (await makePlan(world, blueprint(options), consent(options))).plan,
    apply: async (options: Options<Props> = {}): Promise<Plan> => {
      const wished = blueprint(options)
      const { plan, found } = await makePlan(world, wished, consent(options))
      const { failed } = await apply(world, wished, found, plan)
      if (failed[0] !== undefined) throw failed[0].error
      return plan
    },
    wishing: (part: keyof Props & string): Options<Props> => ({ props: variant(part) }),
    createOnly: () => watched.create(writing, name, normal(props), tagsFor()),
    /** Somebody changes one part by hand. */
    meddle: async (part: keyof Props & string): Promise<void> => {
      const writer = provisioner.change[part]
      if (typeof writer === 'function') await writer(outside, await live(), normal(variant(part)))
    },
    giveTo: async (owner: string | null): Promise<void> => {
      if (owner !== null) return retag({ [STACK]: owner }, [])
      const { tags } = await live()
      return retag(
        {},
        Object.keys(tags).filter(key => key.startsWith('storyarch:')),
      )
    },
    putTags: (tags: Tags) => retag(tags, []),
    fill: async () => sample.fill?.(outside, name),
    hunted: async () => {
      reading.forget(null)
      const found = await hunt(world, STACK_NAME, new Set(), zones)
      return found.map(({ id, name }) => ({ id, name }))
    },
    destroy: async (): Promise<void> => {
      const found = await find()
      if (found === undefined) return
      const doomed = [{ id, name, provisioner: watched as unknown as AnyProvisioner, live: found as Live }]
      const { failed } = await removeInOrder(world, doomed)
      if (failed[0] !== undefined) throw failed[0].error
    },
    removeAgain: (gone: Live<Props, Out>) => watched.remove(removing, gone),
    writes: (): number => [reading, writing, removing].reduce((sum, { calls }) => sum + calls.writes, 0),
    forgetCalls: (): void => {
      before = [reading, writing, removing].map(({ calls }) => new Map(calls.operations))
    },
    called: () => ({
      read: called(reading, before[0] ?? new Map()),
      write: called(writing, before[1] ?? new Map()),
      remove: called(removing, before[2] ?? new Map()),
    }),
    close: (): void => {
      for (const session of [outside, reading, writing, removing]) session.close()
    },
  }
}
