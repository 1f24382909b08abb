import { globSync, statSync } from 'node:fs'
import { bundleLambdas } from '../scripts/bundle-lambdas.ts'

const FOLDER = 'dist/lambdas'

const modified = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Functions are made from what the build bundles; tests of an unbuilt or outdated tree bundle it first. */
export default async (): Promise<void> => {
  const sources = [...globSync('src/runtime/**/*.ts'), 'scripts/bundle-lambdas.ts', 'package-lock.json']
  const made = modified(`${FOLDER}/index.json`)
  if (made < Math.max(...sources.map(modified))) await bundleLambdas(FOLDER)
}
