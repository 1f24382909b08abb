import { lstatSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { helpTexts } from '../src/cli/program.ts'
import { bundleAgent } from './bundle-agent.ts'
import { bundleBrowser } from './bundle-browser.ts'
import { bundleLambdas } from './bundle-lambdas.ts'
import { plainBuiltins } from './plainBuiltins.ts'
import { sliceSchemas } from './slice-schemas.ts'
import { trimSdk } from './trimSdk.ts'

/**
 * Bundles the program into dist/. Runs as `prepare`, so `npm ci` in a fresh clone is all the set-up there is.
 * Everything is bundled and split by dynamic import: what a command does not need is never read.
 */
const root = join(import.meta.dirname, '..')

rmSync(join(root, 'dist'), { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/cli/main.ts',
    'emulator/main': 'src/emulator/main.ts',
    'emulator/bootstrap': 'src/emulator/dataplane/bootstrap.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // The SDK's CommonJS build cannot be tree-shaken: half the bytes, half the load time.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  // Ink asks for it only in development.
  external: ['react-devtools-core'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [trimSdk, plainBuiltins],
  logLevel: 'warning',
})
await Promise.all([
  bundleAgent(join(root, 'dist', 'agent')),
  bundleBrowser(join(root, 'dist', 'browser')),
  bundleLambdas(join(root, 'dist', 'lambdas')),
  sliceSchemas(join(root, 'dist', 'emulator', 'schemas')),
])

writeFileSync(join(root, 'dist', 'help.json'), JSON.stringify(helpTexts()))
linkBin()

/**
 * Makes `npx storyarch` work in a clone. package.json names no `bin` (`prepack` adds it for the tarball): if it did, npx
 * would install this folder into its cache first, which runs the build again and takes seconds.
 */
function linkBin(): void {
  const folder = join(root, 'node_modules', '.bin')
  if (process.platform === 'win32' || lstatSync(folder, { throwIfNoEntry: false }) === undefined) return
  const link = join(folder, 'storyarch')
  rmSync(link, { force: true })
  symlinkSync(join('..', '..', 'bin', 'storyarch.js'), link)
}
