import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Consent } from '../../src/engine/compare.ts'
import { destroy } from '../../src/engine/destroy.ts'
import { makePlan } from '../../src/engine/makePlan.ts'
import { type UpOptions, up } from '../../src/engine/up.ts'
import { UserError } from '../../src/errors.ts'
import type { Blueprint, Desired } from '../../src/resource.ts'
import { output } from '../../src/token.ts'
import { yes } from '../acceptance/consent.ts'
import { ToyCloud, toy, toyBlueprint, toyWorld } from './toyCloud.ts'

const no: Consent = { adopt: false, deleteData: false, wants: () => true }
const destroyAll = {
  deleteData: true,
  forceUnlock: false,
  anchor: 'b/anchor',
  suspects: [],
  confirm: async () => true,
}

const stack = toyBlueprint(
  toy('a', 'web', { plain: output('b/role', 'arn') }),
  toy('b', 'role', { list: ['two', 'one'] }),
)

/** What stands, without what differs from run to run. */
const standing = (cloud: ToyCloud) =>
  Object.fromEntries(
    [...cloud.things]
      .sort()
      .map(([name, { props }]) => [name, { ...props, plain: props.plain.replace(/:\d+$/, '') }]),
  )

const raised = async (cloud: ToyCloud, blueprint: Blueprint = stack) => {
  await up(toyWorld(cloud), blueprint, yes)
  return cloud
}

const planOf = async (cloud: ToyCloud, blueprint: Blueprint = stack, consent = no) =>
  (await makePlan(toyWorld(cloud), blueprint, consent)).plan

describe('up', () => {
  test('makes all of it, and the second time writes nothing', async () => {
    const cloud = await raised(new ToyCloud())
    expect([...cloud.things.keys()].sort()).toEqual(['anchor', 'role', 'web'])
    expect(cloud.things.get('web')?.props.plain).toBe('toy:b:role:2')
    const before = cloud.writes
    const again = await up(toyWorld(cloud), stack, yes)
    expect(again.outcome).toBeNull()
    expect(cloud.writes).toBe(before)
  })

  test('narrowed, it makes what is wanted, what that needs and the anchor, and leaves the rest', async () => {
    const cloud = new ToyCloud()
    const wide = toyBlueprint(...stack.resources.slice(1), toy('a', 'other'))
    await up(toyWorld(cloud), wide, { ...yes, wants: id => id === 'a/web' })
    expect([...cloud.things.keys()].sort()).toEqual(['anchor', 'role', 'web'])
    const plan = await planOf(cloud, wide, { ...no, wants: id => id === 'a/other' })
    expect(plan.changes.map(({ id }) => id)).toEqual(['a/other'])
  })

  test('narrowed, it removes no stray it was not asked about', async () => {
    const cloud = await raised(new ToyCloud())
    const plan = await planOf(cloud, toyBlueprint(), { ...no, wants: id => id === 'a/web' })
    expect(plan.changes.map(({ id, action }) => [id, action])).toEqual([['a/web', 'delete']])
  })

  test('declined, it writes nothing', async () => {
    const cloud = new ToyCloud()
    const { declined } = await up(toyWorld(cloud), stack, { ...yes, confirm: async () => false })
    expect(declined).toBe(true)
    expect(cloud.writes).toBe(0)
  })

  test('goes on with independent branches when one fails, and skips what needed it', async () => {
    const cloud = new ToyCloud()
    cloud.trouble = call => {
      if (call.startsWith('create role')) throw new Error('denied')
    }
    const blueprint = toyBlueprint(...stack.resources.slice(1), toy('a', 'lonely'))
    const { outcome } = await up(toyWorld(cloud), blueprint, yes)
    expect(outcome?.failed.map(({ id }) => id)).toEqual(['b/role'])
    expect(outcome?.skipped).toEqual(['a/web'])
    expect(cloud.things.has('lonely')).toBe(true)
    expect(cloud.lease?.unfinished).toBe(true)
  })

  test('waits for what goes away by itself, and gives up with a next act at the deadline', async () => {
    const cloud = new ToyCloud()
    let left = 3
    cloud.trouble = (call, phase) => {
      if (call === 'create role' && phase === 'before' && left-- > 0) throw new Error('eventual')
    }
    const world = toyWorld(cloud)
    await up(world, stack, yes)
    expect(world.events.filter(event => event === 'waiting b/role')).toHaveLength(3)

    left = Number.POSITIVE_INFINITY
    const stuck = new ToyCloud()
    stuck.trouble = cloud.trouble
    const { outcome } = await up(toyWorld(stuck), stack, yes)
    expect(outcome?.failed[0]?.error).toBeInstanceOf(UserError)
    expect(String(outcome?.failed[0]?.error)).toContain('not ready after 60 s: it spreads')
  })

  test('does not wait for a create that took effect although its answer said "not yet"', async () => {
    const cloud = new ToyCloud()
    cloud.trouble = (call, phase) => {
      if (call === 'create role' && phase === 'after') throw new Error('eventual')
    }
    const world = toyWorld(cloud)
    const { outcome } = await up(world, stack, yes)
    expect(outcome?.failed).toEqual([])
    expect(world.events).not.toContain('waiting b/role')
  })

  test('an approved fingerprint that no longer fits stops with exit 5 and nothing written', async () => {
    const cloud = new ToyCloud()
    const moved = up(toyWorld(cloud), stack, { ...yes, expect: 'deadbeef' })
    await expect(moved).rejects.toMatchObject({ exitCode: 5 })
    expect(cloud.writes).toBe(0)
    const { fingerprint } = await planOf(cloud)
    expect((await up(toyWorld(cloud), stack, { ...yes, expect: fingerprint })).outcome?.failed).toEqual([])
  })

  test('the fingerprint moves with what a creation makes: its values and its tags', async () => {
    const { fingerprint } = await planOf(new ToyCloud())
    const manifests = {
      value: toyBlueprint(...stack.resources.slice(1, 2), toy('b', 'role', { list: ['two', 'three'] })),
      tags: { ...stack, userTags: { owner: 'me' } },
    }
    for (const changed of Object.values(manifests)) {
      const cloud = new ToyCloud()
      const moved = up(toyWorld(cloud), changed, { ...yes, expect: fingerprint })
      await expect(moved).rejects.toMatchObject({ exitCode: 5 })
      expect(cloud.writes).toBe(0)
    }
  })

  test('the fingerprint is the same in whatever order AWS lists what goes', async () => {
    const tagged = {
      ...toyBlueprint(...stack.resources.slice(1), toy('a', 'other')),
      userTags: { owner: 'me', team: 'us' },
    }
    const cloud = await raised(new ToyCloud(), tagged)
    const bare = { ...toyBlueprint(), userTags: {} }
    const { fingerprint } = await planOf(cloud, bare)
    for (const [name, thing] of [...cloud.things].reverse()) {
      cloud.things.delete(name)
      const tags = Object.fromEntries(Object.entries(thing.tags).reverse())
      cloud.things.set(name, { ...thing, tags })
    }
    expect((await planOf(cloud, bare)).fingerprint).toBe(fingerprint)
  })

  test('what the manifest dropped is deleted, but what holds data stays without consent', async () => {
    const cloud = await raised(
      new ToyCloud(),
      toyBlueprint(...stack.resources.slice(1), toy('b', 'vault', { list: ['data'] })),
    )
    const { plan } = await up(toyWorld(cloud), toyBlueprint(), yes)
    expect(plan.kept.map(({ id }) => id)).toEqual(['b/vault'])
    expect([...cloud.things.keys()].sort()).toEqual(['anchor', 'vault'])
    await up(toyWorld(cloud), toyBlueprint(), { ...yes, deleteData: true })
    expect([...cloud.things.keys()]).toEqual(['anchor'])
  })

  test('a thing of somebody else is named and left alone, then adopted on request', async () => {
    const cloud = new ToyCloud()
    cloud.things.set('role', {
      props: { plain: 'theirs', list: [], stone: 's', home: 'h' },
      tags: {},
      generation: 1,
    })
    await expect(up(toyWorld(cloud), stack, yes)).rejects.toThrow(
      /b\/role \(role\): already there and not of this stack/,
    )
    expect(cloud.writes).toBe(0)
    expect(
      (await planOf(cloud, stack, { ...no, adopt: true })).changes.find(({ id }) => id === 'b/role')?.action,
    ).toBe('adopt')
    await up(toyWorld(cloud), stack, { ...yes, adopt: true })
    expect(cloud.things.get('role')?.tags['storyarch:stack']).toBe('toy/test')
    expect((await planOf(cloud)).changes).toEqual([])
  })

  test('a part that can only be replaced replaces the thing; one that is fixed is an error', async () => {
    const cloud = await raised(new ToyCloud())
    const replaced = toyBlueprint(toy('a', 'web'), toy('b', 'role', { list: ['one', 'two'], stone: 'new' }))
    expect((await planOf(cloud, replaced)).changes.map(({ id, action }) => `${action} ${id}`)).toEqual([
      'update a/web',
      'replace b/role',
    ])
    await up(toyWorld(cloud), replaced, yes)
    expect(cloud.things.get('role')?.props.stone).toBe('new')
    const fixed = toyBlueprint(toy('a', 'web', { home: 'elsewhere' }))
    await expect(planOf(cloud, fixed)).rejects.toThrow(/home is "h" and cannot become "elsewhere"/)
  })
})

describe('a renamed resource', () => {
  const renamed = toyBlueprint(
    ...stack.resources.slice(1).map(desired => ({ ...desired, name: `new-${desired.name}` })),
  )

  test('is made under its new name and removed under its old one, in one run', async () => {
    const cloud = await raised(new ToyCloud())
    const { outcome } = await up(toyWorld(cloud), renamed, yes)
    expect(outcome?.failed).toEqual([])
    expect([...cloud.things.keys()].sort()).toEqual(['anchor', 'new-role', 'new-web'])
    const before = cloud.writes
    expect((await up(toyWorld(cloud), renamed, yes)).outcome).toBeNull()
    expect(cloud.writes).toBe(before)
  })

  test('was not deleted by anybody, and is known to stand from then on', async () => {
    const cloud = await raised(new ToyCloud())
    expect((await planOf(cloud, renamed)).changes.filter(({ vanished }) => vanished)).toEqual([])
    await raised(cloud, renamed)
    cloud.things.delete('new-role')
    const vanished = (await planOf(cloud, renamed)).changes.filter(({ vanished }) => vanished)
    expect(vanished.map(({ id }) => id)).toEqual(['b/role'])
  })
})

describe('the plan', () => {
  test('tells manifest change, drift and both apart, per part', async () => {
    const cloud = await raised(new ToyCloud(), toyBlueprint(toy('a', 'web', { plain: 'one', list: ['l'] })))
    const web = cloud.things.get('web')
    if (web === undefined) throw new Error('web is missing')
    const wish = (plain: string) => toyBlueprint(toy('a', 'web', { plain, list: ['l'] }))
    const reasons = async (blueprint: Blueprint) =>
      (await planOf(cloud, blueprint)).changes.flatMap(({ differences }) =>
        differences.map(({ path, live, want, reason }) => [path, live, want, reason]),
      )
    expect(await reasons(wish('two'))).toEqual([['plain', 'one', 'two', 'manifest']])
    cloud.things.set('web', { ...web, props: { ...web.props, plain: 'edited' } })
    expect(await reasons(wish('one'))).toEqual([['plain', 'edited', 'one', 'drift']])
    expect(await reasons(wish('two'))).toEqual([['plain', 'edited', 'two', 'both']])
  })

  test('tells a tag somebody took from one the manifest adds or drops', async () => {
    const cloud = await raised(new ToyCloud(), { ...stack, userTags: { owner: 'me', app: 'web' } })
    for (const [name, { tags, ...thing }] of cloud.things) {
      const { owner: _owner, ...left } = tags
      cloud.things.set(name, { ...thing, tags: left })
    }
    const { changes } = await planOf(cloud, { ...stack, userTags: { owner: 'me', team: 'red' } })
    const web = changes.find(({ id }) => id === 'a/web')
    expect(web?.differences.map(({ path, reason }) => [path, reason])).toEqual(
      expect.arrayContaining([
        ['tags.owner', 'drift'],
        ['tags.team', 'manifest'],
        ['tags.app', 'manifest'],
      ]),
    )
  })

  test('tells a new tag also of what waits for a value that is not known yet', async () => {
    const cloud = await raised(new ToyCloud())
    const [, web] = stack.resources
    const changed = toyBlueprint(web as Desired, toy('b', 'role', { list: ['three'] }))
    const plan = await planOf(cloud, { ...changed, userTags: { owner: 'me' } })
    const paths = plan.changes.find(({ id }) => id === 'a/web')?.differences.map(({ path }) => path)
    expect(paths).toEqual(['plain', 'tags.owner', 'tags.storyarch:tags'])
  })

  test('says what is known only after apply', async () => {
    const cloud = await raised(new ToyCloud())
    cloud.things.delete('role')
    const { changes } = await planOf(cloud)
    expect(changes.map(({ id, action }) => `${action} ${id}`)).toEqual(['create b/role', 'update a/web'])
    expect(changes[1]?.differences[0]?.want).toBe('(known after apply: b/role arn)')
    // It follows from the change before it; nobody touched the manifest.
    expect(changes[1]?.differences[0]?.reason).toBe('unknown')
  })

  test('tells what somebody deleted from what is new in the manifest', async () => {
    const cloud = await raised(new ToyCloud())
    cloud.things.delete('role')
    const { changes } = await planOf(cloud, toyBlueprint(...stack.resources.slice(1), toy('a', 'fresh')))
    const made = changes.filter(({ action }) => action === 'create')
    expect(made.map(({ id, vanished }) => [id, vanished]).sort()).toEqual([
      ['a/fresh', false],
      ['b/role', true],
    ])
  })

  test('tells of an apply that was cut off', async () => {
    const cloud = await raised(new ToyCloud())
    cloud.lease = {
      serial: 7,
      unfinished: true,
      standing: [],
      holder: { who: 'ann', where: 'ci', sinceMs: 5, expiresAtMs: 0 },
    }
    expect((await planOf(cloud)).interrupted).toEqual({ by: 'ann', atMs: 5 })
  })
})

describe('two at once', () => {
  test('the second leaves with exit 4, naming the first', async () => {
    const cloud = new ToyCloud()
    let second: Promise<unknown> = Promise.resolve()
    cloud.trouble = (call, phase) => {
      if (call === 'create role' && phase === 'before') {
        cloud.trouble = () => {}
        second = up(toyWorld(cloud, 'bob'), stack, yes).catch(error => error)
      }
    }
    await up(toyWorld(cloud, 'ann'), stack, yes)
    expect(await second).toMatchObject({ exitCode: 4, fact: 'locked by ann' })
  })

  test('who gets the lock after another run looks again, and finds nothing to do', async () => {
    const cloud = new ToyCloud()
    const late: UpOptions = {
      ...yes,
      confirm: async () => {
        await up(toyWorld(cloud, 'bob'), stack, yes)
        return true
      },
    }
    const world = toyWorld(cloud, 'ann')
    await up(world, stack, late)
    expect(cloud.calls.filter(call => call === 'create role')).toHaveLength(1)
    expect(world.events).toContain('Somebody changed the stack meanwhile; looking again.')
  })
})

describe('destroy', () => {
  test('takes all away from tags alone, twice is calm', async () => {
    const cloud = await raised(new ToyCloud())
    const { removal, survivors } = await destroy(toyWorld(cloud), 'toy/test', destroyAll)
    expect(removal?.done.at(-1)).toBe('b/anchor')
    expect(survivors).toEqual([])
    expect(cloud.things.size).toBe(0)
    expect((await destroy(toyWorld(cloud), 'toy/test', destroyAll)).removal).toBeNull()
  })

  test('leaves data unless told', async () => {
    const cloud = await raised(new ToyCloud(), toyBlueprint(toy('a', 'vault', { list: ['data'] })))
    const { plan } = await destroy(toyWorld(cloud), 'toy/test', { ...destroyAll, deleteData: false })
    expect(plan.kept.map(({ id }) => id)).toEqual(['a/vault'])
    expect([...cloud.things.keys()]).toEqual(['vault'])
  })
})

describe('whatever fails', () => {
  /** Random acyclic stacks: each thing may need earlier ones. */
  const stacks = fc
    .array(
      fc.record({
        kind: fc.constantFrom('a' as const, 'b' as const),
        list: fc.array(fc.constantFrom('p', 'q', 'r')),
        needs: fc.nat(7),
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map(specs =>
      toyBlueprint(
        ...specs.map(({ kind, list, needs }, index): Desired => {
          const other = needs < index ? specs[needs] : undefined
          return toy(kind, `t${index}`, {
            list,
            plain: other === undefined ? 'x' : output(`${other.kind}/t${needs}`, 'arn'),
          })
        }),
      ),
    )
  const faults = fc.record({
    at: fc.nat(60),
    phase: fc.constantFrom('before' as const, 'after' as const),
    kill: fc.boolean(),
  })

  test('a second up reaches the same state: no duplicates, no orphans, and a third has nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(stacks, fc.array(faults, { maxLength: 4 }), async (blueprint, broken) => {
        const calm = await raised(new ToyCloud(), blueprint)
        const cloud = new ToyCloud()
        let killed = false
        cloud.trouble = (call, phase, index) => {
          if (killed) throw new Error('killed')
          const fault = broken.find(({ at, phase: when }) => at === index && when === phase)
          if (fault?.kill) killed = true
          if (fault !== undefined) throw new Error(`${call} broke`)
        }
        await up(toyWorld(cloud), blueprint, yes).catch(() => {})
        cloud.trouble = () => {}
        await up(toyWorld(cloud), blueprint, { ...yes, forceUnlock: true })
        expect(standing(cloud)).toEqual(standing(calm))
        expect((await up(toyWorld(cloud), blueprint, yes)).outcome).toBeNull()
        await destroy(toyWorld(cloud), 'toy/test', { ...destroyAll, forceUnlock: true })
        expect(cloud.things.size).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
