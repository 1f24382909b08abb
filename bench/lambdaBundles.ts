import { readFileSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buildVariant, type Variant } from './lambdas/buildVariants.ts'
import { openInstantStub } from './lambdas/instantStub.ts'
import type { Row, Section } from './report.ts'
import { median } from './statistics.ts'
import { timeProcess } from './timeProcess.ts'

const ROUNDS = 15
/** Issue's limit: load and first invocation beside the same handler on the SDK that Lambda brings along. */
const LIMIT = 0.35

interface Run {
  readonly loadMs: number
  readonly firstMs: number
  readonly secondMs: number
  readonly residentMb: number
}

const HANDLERS = {
  'task-manager': {
    entry: 'src/runtime/lambdas/task-manager.ts',
    event: {
      requestContext: { http: { method: 'GET', sourceIp: '192.0.2.1' } },
      headers: { accept: 'application/json' },
      queryStringParameters: { action: 'status' },
    },
  },
  'task-monitor': {
    entry: 'src/runtime/lambdas/task-monitor.ts',
    event: { source: 'aws.events', 'detail-type': 'Scheduled Event' },
  },
  'a handler of four calls': { entry: 'bench/lambdas/fourCalls.ts', event: {} },
} as const

const OWN: Variant = { client: 'own', format: 'cjs' }
const BESIDE: Variant = { client: 'sdk beside', format: 'cjs' }
/** What decided the client and the format (docs/decisions/0009). */
const OTHERS: readonly Variant[] = [
  { client: 'own', format: 'esm' },
  { client: 'sdk bundled', format: 'cjs' },
  { client: 'sdk bundled', format: 'esm' },
]

/** The middle of every figure; the variants are run in turn. */
const measured = async (files: readonly string[], event: object, env: NodeJS.ProcessEnv): Promise<Run[]> => {
  const script = join(import.meta.dirname, 'lambdas/loadAndInvoke.cjs')
  const runs = files.map((): Run[] => [])
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, file] of files.entries()) {
      const command = [process.execPath, script, file, JSON.stringify(event)]
      const { exitCode, stdout, stderr } = await timeProcess(command, env)
      if (exitCode !== 0) throw new Error(`${file} left with ${exitCode}: ${stdout}${stderr}`)
      // What the handler logs comes before the figures.
      runs[index]?.push(JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)))
    }
  const middle = (all: readonly Run[], name: keyof Run) => median(all.map(run => run[name]))
  return runs.map(all => ({
    loadMs: middle(all, 'loadMs'),
    firstMs: middle(all, 'firstMs'),
    secondMs: middle(all, 'secondMs'),
    residentMb: middle(all, 'residentMb'),
  }))
}

const total = ({ loadMs, firstMs }: Run): number => loadMs + firstMs

const note = ({ loadMs, firstMs, secondMs, residentMb }: Run, file: string): string =>
  `load ${loadMs.toFixed(1)} ms, first ${firstMs.toFixed(1)} ms, second ${secondMs.toFixed(1)} ms, ${residentMb.toFixed(0)} MB, bundle ${(statSync(file).size / 1000).toFixed(1)} kB`

const row = (what: string, value: number, unit: string, limit: number | null, note: string): Row => ({
  what,
  value,
  unit,
  limit,
  note,
})

/** Zip sizes, and load with the first invocation of each Lambda beside the same handler on the SDK Lambda brings along. */
export const lambdaBundles = async (root: string, scratch: string): Promise<Section> => {
  const index: Record<string, { file: string }> = JSON.parse(
    readFileSync(join(root, 'dist/lambdas/index.json'), 'utf8'),
  )
  const rows = Object.entries(index).map(([name, { file }]) => {
    const kB = statSync(join(root, 'dist/lambdas', file)).size / 1000
    return row(`zip of ${name}`, kB, 'kB', null, 'its code alone')
  })
  symlinkSync(join(root, 'node_modules'), join(scratch, 'node_modules'))
  const stub = await openInstantStub()
  try {
    for (const [name, { entry, event }] of Object.entries(HANDLERS)) {
      const variants = name in index ? [OWN, BESIDE] : [OWN, BESIDE, ...OTHERS]
      const files: string[] = []
      for (const [at, variant] of variants.entries())
        files.push(await buildVariant(join(root, entry), join(scratch, `${name}-${at}`), variant))
      const runs = await measured(files, event, stub.env)
      const [own, beside] = runs
      if (own === undefined || beside === undefined) throw new Error('nothing was measured')
      variants.forEach(({ client, format }, at) => {
        const [run, file] = [runs[at], files[at]]
        if (run === undefined || file === undefined) return
        rows.push(
          row(
            `${name}: load + first invocation, ${client}, ${format}`,
            total(run),
            'ms',
            null,
            note(run, file),
          ),
        )
      })
      const callsAws = readFileSync(files[1] ?? '', 'utf8').includes('@aws-sdk/')
      rows.push(
        row(
          `${name} / the same on the SDK beside it`,
          total(own) / total(beside),
          'x',
          callsAws ? LIMIT : null,
          callsAws ? `median of ${ROUNDS}, in turn, against an instant stub` : 'calls no AWS yet',
        ),
      )
    }
  } finally {
    stub.close()
  }
  return { title: 'Lambda bundles', rows }
}
