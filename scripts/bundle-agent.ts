import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleRuntime } from './bundleRuntime.ts'
import { writeWhole } from './writeWhole.ts'

/**
 * Bundles the container agent into `outFolder` as `agent.cjs`, alone, for the folder goes into the agent's image as it
 * is. Its source map goes to `<outFolder>.map.json`. The same sources give the same bytes.
 */
export const bundleAgent = async (
  outFolder: string,
  root = join(import.meta.dirname, '..'),
): Promise<void> => {
  await mkdir(outFolder, { recursive: true })
  const { code, map } = await bundleRuntime(root, 'src/runtime/container/agent.ts', 'node22')
  await writeWhole(join(outFolder, 'agent.cjs'), code)
  await writeWhole(`${outFolder}.map.json`, map)
}

if (import.meta.main) await bundleAgent(join(import.meta.dirname, '..', 'dist', 'agent'))
