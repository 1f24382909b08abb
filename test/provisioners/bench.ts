import { type AwsSession, createAws } from '../../src/aws/createAws.ts'
import { apply } from '../../src/engine/apply.ts'
import { hunt } from '../../src/engine/hunt.ts'
import { makePlan } from '../../src/engine/makePlan.ts'
import type { Plan } from '../../src/engine/plan.ts'
import { removeInOrder } from '../../src/engine/removal.ts'
import { RESOURCE, STACK, ZONE } from '../../src/engine/stackTags.ts'
import type { AnyProvisioner, World } from '../../src/engine/world.ts'
import type { Aws, Blueprint, Live, Making, Outputs, Provisioner, Tags } from '../../src/resource.ts'
import { openWorld } from '../acceptance/liveStack.ts'
import { iamActions } from './iamActions.ts'
import { making } from './making.ts'
import type { Sample } from './sample.ts'

export const STACK_NAME = 'contract/test'
const REGION = 'us-east-1'
const LOGICAL = 'sample'

interface Options<Props> {
  readonly props?: Props
  readonly userTags?: Tags
  readonly adopt?: boolean
}

export type Bench<Props extends object, Out extends Outputs> = Awaited<
  ReturnType<typeof openBench<Props, Out, unknown>>
>

/** The real engine on one resource, with separate sessions so that it is known who called what. */
export const openBench = async <Props extends object, Out extends Outputs, R>(
  endpoint: string,
  sampled: Provisioner<Props, Out, R>,
  sample: Sample<Props>,
) => {
  // The sample's recipe is what its provisioner takes.
  const provisioner = sampled as unknown as Provisioner<Props, Out>
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
    settles: { ...provisioner.settles, atMostSeconds: 30 },
    create: (_aws, name, want, tags, making) => provisioner.create(shared(writing), name, want, tags, making),
    retag: (_aws, live, put, drop) => provisioner.retag(shared(writing), live, put, drop),
    remove: (_aws, live) => provisioner.remove(shared(removing), live),
    change: Object.fromEntries(
      Object.entries(provisioner.change).map(([part, writer]) => [
        part,
        typeof writer === 'function'
          ? (_aws: Aws, live: Live<Props, Out>, want: Props, making: Making) =>
              writer(shared(writing), live, want, making)
          : writer,
      ]),
    ) as unknown as Provisioner<Props, Out>['change'],
  }
  const { name, props, variants, tags: extra = {}, recipe = null } = await sample.prepare(outside)
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
        recipe: recipe,
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
    createOnly: () => watched.create(writing, name, normal(props), tagsFor(), making(recipe)),
    /** Somebody changes one part by hand. */
    meddle: async (part: keyof Props & string): Promise<void> => {
      const writer = provisioner.change[part]
      if (typeof writer === 'function')
        await writer(outside, await live(), normal(variant(part)), making(recipe))
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
