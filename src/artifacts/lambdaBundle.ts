import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../errors.ts'

/** A zip that Lambda can run, made by the build from `src/runtime/lambdas`. */
export interface LambdaBundle {
  /** Lambda's CodeSha256: base64 of the zip's SHA-256. */
  readonly sha256: string
  /** Absolute path. */
  readonly file: string
}

/** The package's `dist/lambdas`, wherever in the package this code runs from. */
const folder = (from = import.meta.dirname): string => {
  if (existsSync(join(from, 'package.json'))) return join(from, 'dist', 'lambdas')
  if (dirname(from) === from) throw new Error('no package.json above this module')
  return folder(dirname(from))
}

/** Every bundle by its name (`task-manager`). Throws UserError when the project was never built. */
export const lambdaBundles = async (): Promise<Readonly<Record<string, LambdaBundle>>> => {
  const text = await readFile(join(folder(), 'index.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new UserError('The Lambda bundles are not built.', 'Run `npm run build`.', { cause: error })
  })
  const index = JSON.parse(text) as Record<string, LambdaBundle>
  return Object.fromEntries(
    Object.entries(index).map(([name, { sha256, file }]) => [name, { sha256, file: join(folder(), file) }]),
  )
}

/** The bytes of the bundle whose CodeSha256 is `sha256`. */
export const lambdaZip = async (sha256: string): Promise<Uint8Array> => {
  const bundle = Object.values(await lambdaBundles()).find(known => known.sha256 === sha256)
  if (bundle === undefined) throw new Error(`no built Lambda bundle has the hash ${sha256}`)
  return readFile(bundle.file)
}
