import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { bundleRuntime } from './bundleRuntime.ts'
import { writeWhole } from './writeWhole.ts'

const NAMES = ['task-manager', 'task-monitor']

/** The oldest time a zip can hold. Lambda compares hashes: equal code must be equal bytes. */
const MTIME = new Date(1980, 0, 1)
const UNIX = 3
const MODE = 0o100644

const zip = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  const entries: Zippable = {}
  for (const name of Object.keys(files).sort()) {
    const bytes = files[name]
    if (bytes) entries[name] = [bytes, { mtime: MTIME, os: UNIX, attrs: MODE << 16, level: 9 }]
  }
  return zipSync(entries)
}

/**
 * Bundles every Lambda into `outFolder` as `<name>.zip`, its source map beside it, and `index.json`, which tells each
 * one's file and Lambda's CodeSha256 (base64 of the zip's SHA-256). The same sources give the same bytes.
 */
export const bundleLambdas = async (
  outFolder: string,
  root = join(import.meta.dirname, '..'),
): Promise<void> => {
  await mkdir(outFolder, { recursive: true })
  const index = await Promise.all(
    NAMES.map(async name => {
      const { code, map } = await bundleRuntime(root, `src/runtime/lambdas/${name}.ts`, 'node24')
      const bytes = zip({ 'index.cjs': code })
      const file = `${name}.zip`
      await writeWhole(join(outFolder, file), bytes)
      await writeWhole(join(outFolder, `${name}.cjs.map`), map)
      return [name, { sha256: createHash('sha256').update(bytes).digest('base64'), file }] as const
    }),
  )
  await writeWhole(join(outFolder, 'index.json'), `${JSON.stringify(Object.fromEntries(index), null, 2)}\n`)
}

if (import.meta.main) await bundleLambdas(join(import.meta.dirname, '..', 'dist', 'lambdas'))
