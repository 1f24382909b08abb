import { expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { removeWholly } from '../../src/engine/converge.ts'
import type { AnyProvisioner } from '../../src/engine/world.ts'
import { eventRule } from '../../src/provisioners/eventRule.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'
import { eventRuleSample } from './samples/eventRule.ts'

test('a rule that still shows the targets it has just lost is removed on the next try', async () => {
  let asked = 0
  const emulator = await freshAws(({ operation }, phase) =>
    operation === 'DeleteRule' && phase === 'before' && asked++ === 0
      ? new AwsError('ValidationException', "Rule can't be deleted since it has targets.")
      : undefined,
  )
  const world = openWorld(emulator.endpoint, 'us-east-1')
  try {
    const { name, props } = await eventRuleSample.prepare(world.aws)
    await eventRule.create(world.aws, name, props, {}, making())
    const live = await eventRule.read(world.aws, name)
    if (live === undefined) throw new Error('the rule is not there')
    await removeWholly(world, 'eventRule/sweep', name, eventRule as unknown as AnyProvisioner, live)
    expect(await eventRule.read(world.aws, name)).toBeUndefined()
  } finally {
    world.session.close()
    await emulator.close()
  }
})
