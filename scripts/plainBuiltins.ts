import type { Plugin } from 'esbuild'

/**
 * Hands `http` and `https` over as they are. An ES import of `node:http` makes Node read every one of its exports, and
 * some of these load the whole of undici (WebSocket): 20 ms of every start that nobody asked for.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?https?$/ }, ({ path }) => ({
      path: path.replace(/^(node:)?/, 'node:'),
      namespace: 'plain-builtin',
    }))
    build.onLoad({ filter: /.*/, namespace: 'plain-builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}
