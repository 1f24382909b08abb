import { type Blueprint, type Desired, idOf, type Making, type Outputs, type Recipe } from '../resource.ts'
import { fill, tokensIn } from '../token.ts'
import { converge, removeWholly } from './converge.ts'
import type { Verb } from './events.ts'
import { needs } from './order.ts'
import type { Change, Plan } from './plan.ts'
import { removeInOrder } from './removal.ts'
import { tagsOf } from './stackTags.ts'
import type { Survey } from './survey.ts'
import { outputIn, wanted } from './wish.ts'
import type { World } from './world.ts'

/** What came of an apply. */
export interface Outcome {
  readonly done: readonly string[]
  readonly failed: readonly { readonly id: string; readonly error: unknown }[]
  /** Not tried, since something they need failed. */
  readonly skipped: readonly string[]
  /** AWS goes on deploying these. */
  readonly background: readonly string[]
  /** By id, after the apply. */
  readonly outputs: ReadonlyMap<string, Outputs>
}

type Fate = 'fine' | 'failed' | 'skipped'

/**
 * Carries out `plan`: everything as soon as all it needs stands, independent branches going on when one fails;
 * deletions last, and only when nothing failed. Resources of one serial key are written one after another.
 */
export const apply = async (
  world: World,
  blueprint: Blueprint,
  survey: Survey,
  plan: Plan,
): Promise<Outcome> => {
  const edges = needs(blueprint)
  // What is renamed is created and deleted under one id.
  const wishes = plan.changes.filter(({ action }) => action !== 'delete')
  const changes = new Map(wishes.map(change => [change.id, change]))
  const byId = new Map(blueprint.resources.map(desired => [idOf(desired), desired]))
  const outputs = new Map(survey.outputs)
  const done: string[] = []
  const failed: { id: string; error: unknown }[] = []
  const skipped: string[] = []
  const background: string[] = []
  const fates = new Map<string, Promise<Fate>>()
  const inTurn = turns()

  const fateOf = (id: string): Promise<Fate> => {
    const fate = fates.get(id) ?? decide(id)
    fates.set(id, fate)
    return fate
  }
  const decide = async (id: string): Promise<Fate> => {
    const needed = [...(edges.get(id) ?? [])]
    const before = await Promise.all(needed.map(fateOf))
    const change = changes.get(id)
    const desired = byId.get(id)
    if (change === undefined || desired === undefined) return 'fine'
    const culprit = needed.find((_, index) => before[index] !== 'fine')
    if (culprit !== undefined) {
      skipped.push(id)
      world.report({ type: 'skipped', id, on: culprit })
      return 'skipped'
    }
    return attempt(id, desired, change)
  }
  const attempt = async (id: string, desired: Desired, change: Change): Promise<Fate> => {
    const provisioner = survey.provisioners.get(desired.kind)
    if (provisioner === undefined) throw new Error(`nothing provisions kind ${desired.kind}`)
    const verb: Verb = change.action
    const startedMs = world.clock.nowMs()
    world.report({ type: 'started', id, verb, usuallySeconds: change.usuallySeconds })
    try {
      world.signal.throwIfAborted()
      const { props, recipe } = fill(desired, outputIn(survey.account, outputs))
      const unknown = tokensIn([props, recipe])
      if (unknown.size > 0) throw new Error(`${id}: still unknown: ${[...unknown].join(', ')}`)
      const want = wanted(provisioner, props)
      const tags = tagsOf(blueprint, desired, want, provisioner)
      const wish = { provisioner, desired, want, tags, making: makingOf(world, id, recipe) }
      const key = provisioner.serialKey?.(desired.name) ?? id
      const live = await inTurn(`${desired.kind} ${key}`, async () => {
        const found = survey.live.get(id)
        if (change.action !== 'replace' || found === undefined) return converge(world, wish, found)
        await removeWholly(world, id, desired.name, provisioner, found)
        return converge(world, wish, undefined)
      })
      outputs.set(id, live.out)
      done.push(id)
      world.report({ type: 'done', id, verb, durationMs: world.clock.nowMs() - startedMs })
      if (live.health === 'pending') {
        background.push(id)
        world.report({ type: 'background', id, usuallySeconds: provisioner.settles.usuallySeconds })
      }
      return 'fine'
    } catch (error) {
      failed.push({ id, error })
      world.report({ type: 'failed', id, verb, error })
      return 'failed'
    }
  }

  await Promise.all([...changes.keys()].map(fateOf))
  const doomed = survey.strays.filter(({ id, name }) =>
    plan.changes.some(change => change.action === 'delete' && change.id === id && change.name === name),
  )
  if (failed.length === 0) {
    const removal = await removeInOrder(world, doomed)
    done.push(...removal.done)
    failed.push(...removal.failed)
    skipped.push(...removal.skipped)
  }
  return { done, failed, skipped, background, outputs }
}

/** Nobody reads more of them, and a push has one for each chunk. */
const BETWEEN_STEPS_MS = 200

const makingOf = ({ report, signal, clock }: World, id: string, recipe: Recipe | null): Making => {
  let steppedMs = Number.NEGATIVE_INFINITY
  return {
    recipe,
    signal,
    step(text) {
      if (clock.nowMs() - steppedMs < BETWEEN_STEPS_MS) return
      steppedMs = clock.nowMs()
      report({ type: 'step', id, text })
    },
    note: text => report({ type: 'note', text: `${id}: ${text}` }),
    tally: (what, count) => report({ type: 'tally', id, what, count }),
  }
}

/** Runs tasks of one key one after another, tasks of different keys at once. */
const turns = () => {
  const last = new Map<string, Promise<unknown>>()
  return <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task, task)
    last.set(key, turn)
    return turn
  }
}
