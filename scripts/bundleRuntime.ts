import { build } from 'esbuild'

/** A program of `src/runtime` in one file. */
export interface RuntimeBundle {
  readonly code: Uint8Array
  readonly map: Uint8Array
}

/**
 * Bundles one program of `src/runtime` into a single CommonJS file: an ES module's import of `node:http` reads every one of
 * its exports, some of which load the whole of undici (docs/decisions/0009). The same sources give the same bytes,
 * wherever they lie. `entry`: its path from `root`. `target`: the oldest Node that runs it.
 */
export const bundleRuntime = async (root: string, entry: string, target: string): Promise<RuntimeBundle> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'index.js',
    bundle: true,
    minify: true,
    treeShaking: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target,
    // Not what lies around the sources: the bytes are to depend on these alone.
    tsconfigRaw: { compilerOptions: { strict: true } },
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  })
  const [map, code] = outputFiles.toSorted(
    (a, b) => Number(a.path.endsWith('.js')) - Number(b.path.endsWith('.js')),
  )
  if (!map || !code) throw new Error(`esbuild made no bundle of ${entry}`)
  return { code: code.contents, map: map.contents }
}
