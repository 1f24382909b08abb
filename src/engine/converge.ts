import { NotYet, UserError } from '../errors.ts'
import { type Desired, idOf, type Live, type Making, type Tags } from '../resource.ts'
import { settle } from './settle.ts'
import { isOurs, STACK, tagChanges } from './stackTags.ts'
import { differingParts } from './wish.ts'
import type { AnyProvisioner, World } from './world.ts'

/** One resource and what it shall become; `want` holds no tokens any more. */
export interface Wish {
  readonly provisioner: AnyProvisioner
  readonly desired: Desired
  readonly want: object
  readonly tags: Tags
  readonly making: Making
}

/** What AWS holds now, past every listing memoised before the last write. */
const lookAgain = ({ aws }: World, provisioner: AnyProvisioner, name: string): Promise<Live | undefined> => {
  aws.forget(null)
  return provisioner.read(aws, name)
}

/**
 * Observe, ensure, sync, return: makes one resource as wished whatever state it is found in, and answers what AWS
 * then holds. Safe to repeat after any failure.
 */
export const converge = async (world: World, wish: Wish, found: Live | undefined): Promise<Live> => {
  const { provisioner, desired, want, tags, making } = wish
  let live = found ?? (await ensure(world, wish))
  const parts = differingParts(live, want)
  for (const part of parts) {
    const writer = (provisioner.change as Readonly<Record<string, unknown>>)[part]
    if (typeof writer !== 'function') throw new Error(`${idOf(desired)}: ${part} cannot be written in place`)
    let waited = false
    await patiently(world, wish, async () => {
      // While it waited, AWS moved on: the writer must see where to.
      if (waited) live = (await lookAgain(world, provisioner, desired.name)) ?? live
      waited = true
      return writer(world.aws, live, want, making)
    })
  }
  const waits = live.health !== 'ready' && provisioner.settles.background !== true
  if (parts.length > 0 || waits) live = await standing(world, wish)
  // After the writers: a change may have moved the tags to a new place (a task definition's next revision).
  const { put, drop } = tagChanges(live.tags, tags)
  if (Object.keys(put).length > 0 || drop.length > 0)
    await patiently(world, wish, () => provisioner.retag(world.aws, live, put, drop))
  return live
}

/**
 * Removes `first` and waits until AWS no longer shows it. Names are not unique everywhere (an API's, a certificate's):
 * what bears the name without the stack's mark is somebody else's, and stays.
 */
export const removeWholly = async (
  world: World,
  id: string,
  name: string,
  provisioner: AnyProvisioner,
  first: Live,
): Promise<void> => {
  const stack = first.tags[STACK]
  const ours = async (): Promise<Live | undefined> => {
    const there = await lookAgain(world, provisioner, name)
    // What came without a mark (its tagging failed) is only known by its name.
    return there !== undefined && (stack === undefined || isOurs(there.tags, stack)) ? there : undefined
  }
  let live: Live | undefined = first
  await settle(world, id, provisioner.settles.atMostSeconds, async () => {
    live ??= await ours()
    if (live === undefined) return
    const last = live
    live = undefined
    await provisioner.remove(world.aws, last)
    if ((await ours()) !== undefined) throw new NotYet('AWS still shows it')
  })
}

const patiently = <T>(world: World, { provisioner, desired }: Wish, attempt: () => Promise<T>): Promise<T> =>
  settle(world, idOf(desired), provisioner.settles.atMostSeconds, attempt)

/** Makes it exist. A create that failed although it took effect (a lost answer) counts when what stands there is ours. */
const ensure = async (world: World, wish: Wish): Promise<Live> => {
  const { provisioner, desired, want, tags, making } = wish
  const { aws } = world
  const stack = tags[STACK] ?? ''
  let made = false
  await patiently(world, wish, async () => {
    try {
      await provisioner.create(aws, desired.name, want, tags, making)
      made = true
    } catch (error) {
      if (error instanceof NotYet) throw error
      const there = await lookAgain(world, provisioner, desired.name).catch(() => undefined)
      if (there === undefined || !isOurs(there.tags, stack)) throw error
    }
  })
  const live = await patiently(world, wish, async () => {
    const there = await lookAgain(world, provisioner, desired.name)
    if (there === undefined) throw new NotYet('AWS does not show it yet')
    return there
  })
  if (isOurs(live.tags, stack)) return live
  if (!made)
    throw new UserError(
      `${idOf(desired)}: ${desired.name} was made by somebody else meanwhile.`,
      'Run `storyarch plan` to see whose it is.',
    )
  // An older API took no tags with the create call: claim what was just made.
  await patiently(world, wish, () => provisioner.retag(aws, live, tags, []))
  return { ...live, tags: { ...live.tags, ...tags } }
}

/** What AWS holds once it shows what was written and calls it ready. */
const standing = (world: World, wish: Wish): Promise<Live> =>
  patiently(world, wish, async () => {
    const { provisioner, desired, want } = wish
    const live = await lookAgain(world, provisioner, desired.name)
    if (live === undefined) throw new NotYet('AWS does not show it yet')
    const behind = differingParts(live, want)
    if (behind.length > 0) throw new NotYet(`AWS does not show the new ${behind.join(', ')} yet`)
    if (provisioner.settles.background === true) return live
    if (live.health === 'pending') throw new NotYet('AWS is still preparing it')
    if (typeof live.health === 'object')
      throw new UserError(
        `${idOf(desired)} (${desired.name}) is not healthy: ${live.health.ailing}.`,
        'Mend what AWS names, then run the same command again.',
      )
    return live
  })
