import { up } from '../src/engine/up.ts'
import { yes } from '../test/acceptance/consent.ts'
import { exampleStack } from '../test/acceptance/exampleStack.ts'
import { openWorld } from '../test/acceptance/liveStack.ts'
import { longestChain } from './chain.ts'
import { openSlowAws } from './openSlowAws.ts'
import type { Section } from './report.ts'

const DELAY_MS = 200

/** How many calls, and how many of them one after another, it takes to read one resource of each kind. */
export const perKind = async (): Promise<Section> => {
  const aws = await openSlowAws()
  try {
    const blueprint = await exampleStack('storyarchitect.yaml')
    await up(openWorld(aws.endpoint, blueprint.region), blueprint, yes)
    const firsts = [...new Map(blueprint.resources.map(desired => [desired.kind, desired])).values()]
    const rows = []
    for (const { kind, name } of firsts.sort((a, b) => (a.kind < b.kind ? -1 : 1))) {
      const world = openWorld(aws.endpoint, blueprint.region)
      const provisioner = world.kinds.provisioner(kind)
      await world.aws.account()
      await aws.setDelay(DELAY_MS)
      await provisioner.read(world.aws, name)
      const calls = await aws.calls()
      const operations = calls.map(({ operation }) => operation).join(', ')
      rows.push({
        what: kind,
        value: calls.length,
        unit: 'calls',
        limit: null,
        note: `chain ${longestChain(calls)}: ${operations}`,
      })
      await aws.setDelay(0)
      world.session.close()
    }
    return { title: 'Calls to read one resource, the account being known', rows }
  } finally {
    await aws.stop()
  }
}
