import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/engine/plan.ts'
import { RESOURCE, STACK } from '../../src/engine/stackTags.ts'
import { UserError } from '../../src/errors.ts'
import type { Outputs, Provisioner } from '../../src/resource.ts'
import { type Bench, openBench, STACK_NAME } from './bench.ts'
import type { Ground } from './ground.ts'
import type { Sample } from './sample.ts'

export type { Sample, Wish } from './sample.ts'

const PATIENT = { timeout: 60_000 }

/**
 * What every kind promises, tried on one AWS: applied twice writes nothing; a part changed behind its back shows and
 * is mended; what is not ours stays and is named; the half-made is finished; destroyed twice is calm; nothing is
 * called that the kind does not declare.
 */
export const contract = <Props extends object, Out extends Outputs, R = unknown>(
  provisioner: Provisioner<Props, Out, R>,
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
