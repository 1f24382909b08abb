import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const SOURCE = 'src/runtime/browser'

/**
 * Bundles the module that sites load as `storyarch.js` into `outFolder`, its types beside it. The same sources give
 * the same bytes.
 */
export const bundleBrowser = async (
  outFolder: string,
  root = join(import.meta.dirname, '..'),
): Promise<void> => {
  await mkdir(outFolder, { recursive: true })
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${SOURCE}/storyarch.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  })
  const types = await readFile(join(root, SOURCE, 'api.ts'), 'utf8')
  await writeFile(join(outFolder, 'storyarch.js'), outputFiles[0]?.contents ?? '')
  await writeFile(join(outFolder, 'storyarch.d.ts'), `${types}\nexport declare const connect: Connect\n`)
}

if (import.meta.main) await bundleBrowser(join(import.meta.dirname, '..', 'dist', 'browser'))
