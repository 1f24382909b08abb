import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, release, tmpdir, type } from 'node:os'
import { join } from 'node:path'
import { coldStart } from './coldStart.ts'
import { embeddedAws } from './embeddedAws.ts'
import { imagePush } from './imagePush.ts'
import { lambdaBundles } from './lambdaBundles.ts'

import { perKind } from './perKind.ts'
import { provisioning } from './provisioning.ts'
import { holds, markdown, type Section } from './report.ts'
import { siteSync } from './siteSync.ts'
import { startup } from './startup.ts'

const root = join(import.meta.dirname, '..')
const scratch = await mkdtemp(join(tmpdir(), 'storyarch-bench-'))

const all: Record<string, () => Promise<Section>> = {
  startup: () => startup(root, scratch),
  provisioning: () => provisioning(root),
  perKind,
  embeddedAws,
  coldStart: () => coldStart(root, scratch),
  siteSync: () => siteSync(root, scratch),
  lambdaBundles: () => lambdaBundles(root, scratch),
  imagePush: () => imagePush(root, scratch),
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

if (chosen.length === 0) {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${type()} ${release()}, Node ${process.version}`
  const head = `# Bench\n\nWritten by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.\nCompare within a table; figures of different runs differ with the machine's mood.\n\n`
  await writeFile(join(root, 'bench/results.md'), head + sections.map(markdown).join('\n'))
}
process.exitCode = holds(sections) ? 0 : 1
