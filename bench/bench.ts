import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, release, tmpdir, type } from 'node:os'
import { join } from 'node:path'
import { callsPerRequest } from './callsPerRequest.ts'
import { coldStart } from './coldStart.ts'
import { embeddedAws } from './embeddedAws.ts'
import { imagePush } from './imagePush.ts'
import { lambdaBundles } from './lambdaBundles.ts'
import { perKind } from './perKind.ts'
import { provisioning } from './provisioning.ts'
import { holds, markdown, type Section } from './report.ts'
import { withSections } from './results.ts'
import { simulation } from './simulation.ts'
import { siteSync } from './siteSync.ts'
import { startup } from './startup.ts'

const root = join(import.meta.dirname, '..')
const scratch = await mkdtemp(join(tmpdir(), 'storyarch-bench-'))

const all: Record<string, () => Promise<Section>> = {
  startup: () => startup(root, scratch),
  provisioning: () => provisioning(root),
  perKind,
  callsPerRequest,
  embeddedAws,
  coldStart: () => coldStart(root, scratch),
  siteSync: () => siteSync(root, scratch),
  lambdaBundles: () => lambdaBundles(root, scratch),
  imagePush: () => imagePush(root, scratch),
  simulation,
}
const chosen = process.argv.slice(2)
const sections: Section[] = []
for (const [name, measure] of Object.entries(all)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const section = await measure()
  sections.push(section)
  console.log(markdown(section))
}
await rm(scratch, { recursive: true })

const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${type()} ${release()}, Node ${process.version}`
const when = `Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.`
const file = join(root, 'bench/results.md')
await writeFile(file, withSections(await readFile(file, 'utf8').catch(() => ''), sections, when))
process.exitCode = holds(sections) ? 0 : 1
