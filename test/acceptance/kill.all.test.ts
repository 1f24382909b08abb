import { expect, test } from 'vitest'
import type { InterceptedCall } from '../../src/emulator/intercept.ts'
import { exampleStack } from './exampleStack.ts'
import { freshAws, openWorld } from './liveStack.ts'
import { runProgram, startProgram, summaryOf } from './runProgram.ts'
import { standing } from './standing.ts'

const UP = ['up', '-m', 'manifests/notes.yaml', '--yes', '--json']
const isWrite = ({ operation }: Pick<InterceptedCall, 'operation'>) =>
  !/^(Get|List|Describe|Head)/.test(operation)

/** The state after `up`, killed right after its write number `killAt` took effect, and then `up` again. */
const afterKill = async (killAt: number) => {
  let writes = 0
  let kill = () => {}
  const aws = await freshAws((call, phase) => {
    if (phase === 'before' || !isWrite(call) || ++writes !== killAt) return undefined
    kill()
    return 'drop'
  })
  try {
    const { child, ended } = startProgram(aws.endpoint, UP)
    kill = () => child.kill('SIGKILL')
    const first = await ended
    const second = killAt === 0 ? first : await runProgram(aws.endpoint, ...UP)
    const third = await runProgram(aws.endpoint, ...UP)
    const blueprint = await exampleStack('notes.yaml')
    const world = openWorld(aws.endpoint, blueprint.region)
    const state = await standing(world, blueprint)
    world.session.close()
    return { first, second, third, state, writes }
  } finally {
    await aws.close()
  }
}

test('kill -9 after any write, then up again: no duplicates, no orphans, nothing left to do', async () => {
  const calm = await afterKill(0)
  const total = Number(summaryOf(calm.first).writes)
  expect(total).toBeGreaterThan(40)
  const wrong: unknown[] = []
  for (let killAt = 1; killAt <= total; killAt++) {
    const { first, second, third, state } = await afterKill(killAt)
    const same = JSON.stringify(state) === JSON.stringify(calm.state)
    const calmNow = third.code === 0 && summaryOf(third).writes === 0
    if (first.signal !== 'SIGKILL' || second.code !== 0 || !calmNow || !same)
      wrong.push({ killAt, first: first.signal, second: second.stderr, third: summaryOf(third), same })
  }
  expect(wrong).toEqual([])
}, 900_000)
