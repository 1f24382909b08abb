import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { plainBuiltins } from '../scripts/plainBuiltins.ts'
import { trimSdk } from '../scripts/trimSdk.ts'
import { type MadeSite, madeSite } from './madeSite.ts'
import { openS3Stub, type S3Stub } from './openS3Stub.ts'
import type { Row, Section } from './report.ts'
import { median, reordered } from './statistics.ts'
import { timeProcess } from './timeProcess.ts'

const BUCKET = 'bench'
const OURS = 'storyarch'
const PEER = 'rclone'
const SCENES = ['cold', 'unchanged', 'rebuilt', '1 % changed'] as const
type Scene = (typeof SCENES)[number]

/** Each tool's command that brings the bucket to the folder. */
type Tools = Readonly<Record<string, (folder: string) => string[]>>

const TUNED = ['--transfers', '64', '--checkers', '64', '--fast-list', '--checksum']

/** The driver as the program is built and started: bundled, split, the SDK trimmed, compiled code remembered. */
export const bundled = async (root: string, scratch: string): Promise<string> => {
  const outdir = join(scratch, 'driver')
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/siteDriver.ts'],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    minifySyntax: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    plugins: [trimSdk, plainBuiltins],
    logLevel: 'warning',
  })
  const launcher = join(outdir, 'launch.cjs')
  await writeFile(
    launcher,
    "require('module').enableCompileCache(__dirname + '/cache'); import('./siteDriver.mjs')",
  )
  return launcher
}

const isThere = async (program: string): Promise<boolean> =>
  (await timeProcess([program, '--version']).catch(() => undefined))?.exitCode === 0

const toolsHere = async (root: string, scratch: string): Promise<Tools> => {
  const driver = await bundled(root, scratch)
  const module = join(scratch, 'storyarch.js')
  await writeFile(module, 'export const wake = () => {}')
  const rclone =
    (...more: string[]) =>
    (folder: string) => ['rclone', 'sync', folder, `stub:${BUCKET}`, ...more]
  return {
    [OURS]: folder => [process.execPath, driver, folder, BUCKET, module],
    ...((await isThere('rclone')) && { [PEER]: rclone(), 'rclone tuned': rclone(...TUNED) }),
    ...((await isThere('aws')) && {
      'aws s3 sync': folder => [
        'aws',
        's3',
        'sync',
        folder,
        `s3://${BUCKET}`,
        '--delete',
        '--only-show-errors',
      ],
    }),
  }
}

const environment = (endpoint: string, scratch: string): NodeJS.ProcessEnv => ({
  ...process.env,
  // Rclone takes no bundle over the plain connection used here.
  AWS_CA_BUNDLE: undefined,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  RCLONE_CONFIG: join(scratch, 'rclone.conf'),
  RCLONE_CONFIG_STUB_TYPE: 's3',
  RCLONE_CONFIG_STUB_PROVIDER: 'Other',
  RCLONE_CONFIG_STUB_ENDPOINT: endpoint,
  RCLONE_CONFIG_STUB_REGION: 'us-east-1',
  RCLONE_CONFIG_STUB_ACCESS_KEY_ID: 'bench',
  RCLONE_CONFIG_STUB_SECRET_ACCESS_KEY: 'bench',
})

interface Ran {
  readonly seconds: number
  readonly requests: Readonly<Record<string, number>>
}
type Measured = ReadonlyMap<string, Readonly<Record<Scene, Ran>>>

/** Every tool through every scene, `rounds` times in turn; the middle of the times, the last counts. */
const measure = async (
  stub: S3Stub,
  site: MadeSite,
  tools: Tools,
  env: NodeJS.ProcessEnv,
  roundsOf: (tool: string) => number,
  coldOnly: (tool: string) => boolean,
): Promise<Measured> => {
  const runs = new Map<string, Record<Scene, Ran[]>>()
  const perform = async (command: string[]): Promise<Ran> => {
    await stub.requests()
    const { wallMs, exitCode, stderr } = await timeProcess(command, env)
    if (exitCode !== 0) throw new Error(`${command.slice(0, 3).join(' ')} left with ${exitCode}:\n${stderr}`)
    return { seconds: wallMs / 1000, requests: await stub.requests() }
  }
  const most = Math.max(...Object.keys(tools).map(roundsOf))
  for (let round = 0; round < most; round++)
    for (const [tool, command] of reordered(Object.entries(tools), round)) {
      if (round >= roundsOf(tool)) continue
      const scenes = runs.get(tool) ?? { cold: [], unchanged: [], rebuilt: [], '1 % changed': [] }
      runs.set(tool, scenes)
      await stub.empty()
      for (const scene of SCENES) {
        if (scene !== 'cold' && coldOnly(tool)) continue
        if (scene === 'rebuilt') await site.rebuild()
        if (scene === '1 % changed') await site.change()
        scenes[scene].push(await perform(command(site.folder)))
      }
    }
  const middle = (all: readonly Ran[]): Ran => ({
    seconds: median(all.map(({ seconds }) => seconds)),
    requests: all.at(-1)?.requests ?? {},
  })
  return new Map(
    [...runs].map(([tool, scenes]) => [
      tool,
      Object.fromEntries(SCENES.map(scene => [scene, middle(scenes[scene])])) as Record<Scene, Ran>,
    ]),
  )
}

const sent = ({ requests }: Ran): number => (requests['PutObject'] ?? 0) + (requests['CopyObject'] ?? 0)

const told = (requests: Readonly<Record<string, number>>): string =>
  Object.entries(requests)
    .map(([operation, times]) => `${times} ${operation}`)
    .join(', ')

const rowsOf = (what: string, measured: Measured, limit: number | null): Row[] => {
  const ours = measured.get(OURS)
  if (ours === undefined) return []
  const times = (scene: Scene): string =>
    [...measured]
      .filter(([, scenes]) => !Number.isNaN(scenes[scene].seconds))
      .map(([tool, scenes]) => `${tool} ${scenes[scene].seconds.toFixed(2)} s`)
      .join(', ')
  const peer = measured.get(PEER)
  const cold: Row =
    peer === undefined
      ? {
          what: `${what}, cold`,
          value: ours.cold.seconds,
          unit: 's',
          limit: null,
          note: 'rclone is not installed',
        }
      : {
          what: `${what}, cold / rclone`,
          value: ours.cold.seconds / peer.cold.seconds,
          unit: 'x',
          limit,
          note: times('cold'),
        }
  const { ListObjects: _lists, GetBucketTagging: _tags, ...others } = ours.unchanged.requests
  return [
    cold,
    {
      what: `${what}, unchanged: requests but lists`,
      value: Object.values(others).reduce((sum, times) => sum + times, 0),
      unit: '',
      limit: 0,
      note: `${told(ours.unchanged.requests)} (the tag says what stands); ${times('unchanged')}`,
    },
    {
      what: `${what}, rebuilt with new times: uploads`,
      value: sent(ours.rebuilt),
      unit: '',
      limit: 0,
      note: times('rebuilt'),
    },
    {
      what: `${what}, 1 % changed`,
      value: ours['1 % changed'].seconds,
      unit: 's',
      limit: null,
      note: `${told(ours['1 % changed'].requests)}; ${times('1 % changed')}`,
    },
  ]
}

/** What takes a minute and more is tried once. */
const patient = (tool: string): number => (tool === OURS || tool === 'rclone tuned' ? 3 : 1)
const slow = (tool: string): boolean => patient(tool) === 1

/** Number of files, their bytes, the delay, the rounds, which tools only start from nothing, and the most of rclone's time. */
const CASES = [
  { count: 1_000, bytes: 30e6, delayMs: 0, rounds: () => 7, coldOnly: () => false, limit: 0.8 },
  { count: 1_000, bytes: 30e6, delayMs: 30, rounds: patient, coldOnly: () => false, limit: null },
  { count: 10_000, bytes: 17e6, delayMs: 0, rounds: patient, coldOnly: () => false, limit: null },
  { count: 10_000, bytes: 17e6, delayMs: 30, rounds: patient, coldOnly: slow, limit: 0.35 },
] as const

/** A site's files to a bucket, beside the programs people use for it, each run as a whole process. */
export const siteSync = async (
  root: string,
  scratch: string,
  cases: readonly (typeof CASES)[number][] = CASES,
): Promise<Section> => {
  const work = await mkdtemp(join(scratch, 'site-'))
  const stub = await openS3Stub()
  try {
    const tools = await toolsHere(root, work)
    const env = environment(stub.endpoint, work)
    const sites = new Map<number, MadeSite>()
    const rows: Row[] = []
    for (const { count, bytes, delayMs, rounds, coldOnly, limit } of cases) {
      const site = sites.get(count) ?? (await madeSite(join(work, `${count}`), count, bytes))
      sites.set(count, site)
      await stub.setDelay(delayMs)
      const what = `${count.toLocaleString('en')} files (${bytes / 1e6} MB), ${delayMs} ms`
      rows.push(...rowsOf(what, await measure(stub, site, tools, env, rounds, coldOnly), limit))
    }
    return { title: "A site's files, against an S3 that answers at once and one 30 ms away", rows }
  } finally {
    stub.stop()
    await rm(work, { recursive: true })
  }
}
