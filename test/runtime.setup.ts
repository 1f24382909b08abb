import { globSync, statSync } from 'node:fs'
import { bundleAgent } from '../scripts/bundle-agent.ts'
import { bundleLambdas } from '../scripts/bundle-lambdas.ts'

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Functions and the agent's image are made from what the build bundles; an unbuilt or outdated tree is bundled first. */
export default async (): Promise<void> => {
  const sources = [
    ...globSync('src/runtime/**/*.ts'),
    ...globSync('scripts/{bundle,trim,write}*.ts'),
    'package-lock.json',
  ]
  const changed = Math.max(...sources.map(modified))
  if (modified('dist/lambdas/index.json') < changed) await bundleLambdas('dist/lambdas')
  if (modified('dist/agent/agent.cjs') < changed) await bundleAgent('dist/agent')
}
