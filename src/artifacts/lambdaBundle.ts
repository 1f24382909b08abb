import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../errors.ts'
import { packageFolder } from './packageFolder.ts'

/** A zip that Lambda can run, made by the build from `src/runtime/lambdas`. */
export interface LambdaBundle {
  /** Lambda's CodeSha256: base64 of the zip's SHA-256. */
  readonly sha256: string
  /** Absolute path. */
  readonly file: string
}

const folder = (): string => join(packageFolder(), 'dist', 'lambdas')

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
