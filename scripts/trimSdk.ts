import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const NAME = /^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm
const COMPUTED_KEY = /\[(_\w+)\]:/g

/**
 * Lets esbuild drop the operations of an AWS SDK client that nobody calls. The clients write the keys of their schemas
 * as `[_xN]:`, and a computed key may have side effects for all a bundler knows, so every schema stays; with the
 * key's text in place they fall away (the few calls to EC2: 562 kB to 29 kB). Of the clients' package.json only the version is read.
 */
export const trimSdk: Plugin = {
  name: 'trim-sdk',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[\\/].*schemas_\d+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const names = new Map([...source.matchAll(NAME)].map(([, name, text]) => [name, text]))
      return {
        contents: source.replace(COMPUTED_KEY, (key, name: string) =>
          names.has(name) ? `${names.get(name)}:` : key,
        ),
      }
    })
    build.onLoad({ filter: /@aws-sdk[\\/][\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string }
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}
