import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { trimSdk } from '../../scripts/trimSdk.ts'

/** How a handler may be built: with our client or the SDK, the SDK in the bundle or beside it, in either format. */
export interface Variant {
  readonly client: 'own' | 'sdk bundled' | 'sdk beside'
  readonly format: 'cjs' | 'esm'
}

const onSdk: Plugin = {
  name: 'on-sdk',
  setup(plugins) {
    plugins.onResolve({ filter: /\/aws\/\w+\.ts$/ }, ({ kind }) =>
      kind === 'entry-point'
        ? undefined
        : { path: join(import.meta.dirname, 'onSdk.ts'), sideEffects: false },
    )
  },
}

/** Leaves the SDK where it is, and out of a handler that does not use it. */
const sdkBeside: Plugin = {
  name: 'sdk-beside',
  setup(plugins) {
    plugins.onResolve({ filter: /^@aws-sdk\// }, ({ path }) => ({ path, external: true, sideEffects: false }))
  },
}

const PLUGINS = { own: [], 'sdk bundled': [onSdk, trimSdk], 'sdk beside': [onSdk, sdkBeside] }

const ESM_REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/** Bundles the handler at `entry` to `<to>.cjs` or `<to>.mjs` as the build does but for the variant; answers the path. */
export const buildVariant = async (
  entry: string,
  to: string,
  { client, format }: Variant,
): Promise<string> => {
  const outfile = `${to}.${format === 'cjs' ? 'cjs' : 'mjs'}`
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format,
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    plugins: PLUGINS[client],
    ...(format === 'esm' && { banner: { js: ESM_REQUIRE } }),
    logLevel: 'warning',
  })
  return outfile
}
