import { join } from 'node:path'
import { awsCommand } from './awsScript.ts'
import { longestChain } from './chain.ts'
import { openSlowAws, type SlowAws } from './openSlowAws.ts'
import type { Section } from './report.ts'
import type { SlowCall } from './slowAws.ts'
import { median } from './statistics.ts'
import { timeProcess } from './timeProcess.ts'

const DELAY_MS = 40
/** So long that all else is nothing beside it: the calls then fall into clear rounds. */
const CHAIN_DELAY_MS = 400
const ROUNDS = 5
/** The site would be built by its own tools; what shipping costs is measured apart. */
const INFRA = ['--only', 'infra']

/** Runs storyarch as its users do; throws with what it said when it fails. */
const storyarch = async (root: string, aws: SlowAws, ...args: string[]): Promise<number> => {
  const manifest = join(root, 'manifests/storyarchitect.yaml')
  const command = [process.execPath, join(root, 'bin/storyarch.js'), ...args, '-m', manifest]
  const { wallMs, exitCode, stdout, stderr } = await timeProcess(command, aws.env)
  if (exitCode !== 0)
    throw new Error(`storyarch ${args.join(' ')} left with ${exitCode}:\n${stdout}\n${stderr}`)
  return wallMs
}

/** Wall time of the same calls, one after another, by the `aws` CLI; undefined where it is not installed. */
const byAwsCli = async (aws: SlowAws, calls: readonly SlowCall[]): Promise<number | undefined> => {
  if ((await timeProcess(['aws', '--version']).catch(() => undefined))?.exitCode !== 0) return undefined
  let wallMs = 0
  for (const call of calls) wallMs += (await timeProcess(awsCommand(call), aws.env)).wallMs
  return wallMs
}

interface Run {
  readonly wallMs: number
  readonly calls: readonly SlowCall[]
  readonly chain: number
}

/** The middle of several no-op plans, their calls, and how many of those must follow one another. */
const noOpPlan = async (root: string, aws: SlowAws): Promise<Run> => {
  await aws.setDelay(CHAIN_DELAY_MS)
  await storyarch(root, aws, 'plan', ...INFRA)
  const chain = longestChain(await aws.calls())
  const walls: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await aws.setDelay(DELAY_MS)
    walls.push(await storyarch(root, aws, 'plan', ...INFRA))
  }
  return { wallMs: median(walls), calls: await aws.calls(), chain }
}

/** One cold `up` on an empty AWS; leaves the stack standing. */
const coldUp = async (root: string, aws: SlowAws, delayMs: number): Promise<Run> => {
  await storyarch(root, aws, 'destroy', '--yes', '--delete-data')
  await aws.setDelay(delayMs)
  const wallMs = await storyarch(root, aws, 'up', '--yes', ...INFRA)
  const calls = await aws.calls()
  await aws.setDelay(0)
  return { wallMs, calls, chain: longestChain(calls) }
}

const rows = (what: string, run: Run, allowanceMs: number, peerMs: number | undefined, share: number) => [
  {
    what: `${what}, ${run.calls.length} calls`,
    value: run.wallMs / 1000,
    unit: 's',
    limit: (run.chain * DELAY_MS + allowanceMs) / 1000,
    note: `longest chain of calls: ${run.chain}, each ${DELAY_MS} ms late`,
  },
  peerMs === undefined
    ? {
        what: `${what} / aws CLI`,
        value: Number.NaN,
        unit: '',
        limit: null,
        note: 'the aws CLI is not installed',
      }
    : {
        what: `${what} / the same calls by the aws CLI`,
        value: run.wallMs / peerMs,
        unit: 'x',
        limit: 1 / share,
        note: `${(peerMs / 1000).toFixed(1)} s one after another, in the same run, on the standing stack`,
      },
]

/** A no-op plan and a cold up of a full manifest against an AWS where every call takes 40 ms longer. */
export const provisioning = async (root: string): Promise<Section> => {
  const aws = await openSlowAws()
  try {
    await storyarch(root, aws, 'up', '--yes', ...INFRA)
    const plan = await noOpPlan(root, aws)
    const planPeer = await byAwsCli(aws, plan.calls)
    const { chain } = await coldUp(root, aws, CHAIN_DELAY_MS)
    const colds: Run[] = []
    for (let round = 0; round < ROUNDS; round++) colds.push(await coldUp(root, aws, DELAY_MS))
    const wallMs = median(colds.map(cold => cold.wallMs))
    const cold = { ...(colds.at(-1) ?? plan), wallMs, chain }
    await aws.setDelay(DELAY_MS)
    const coldPeer = await byAwsCli(aws, cold.calls)
    return {
      title: 'Provisioning',
      rows: [...rows('no-op plan', plan, 500, planPeer, 20), ...rows('cold up', cold, 1000, coldPeer, 25)],
    }
  } finally {
    await aws.stop()
  }
}
