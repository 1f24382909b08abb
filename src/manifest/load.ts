import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { UserError } from '../errors.ts'
import { faultsOf } from './faults.ts'
import type { Image, Manifest } from './manifest.ts'
import { schema } from './schema.ts'
import { type Fault, type Path, pathText, type Reading, readYaml } from './yaml.ts'

export type Inspection =
  | { readonly manifest: Manifest; readonly faults: readonly [] }
  | { readonly manifest: null; readonly faults: readonly Fault[] }

/** What a command line says in place of the manifest; null leaves the manifest's own. */
export interface Overrides {
  readonly environment: string | null
  readonly region: string | null
}

const NO_OVERRIDES: Overrides = { environment: null, region: null }

/** Checks the text of a manifest that stands at `file`: the manifest, or everything that is wrong with it. Pure. */
export const inspect = (text: string, file: string, overrides = NO_OVERRIDES): Inspection => {
  const reading = readYaml(text)
  const whole = (message: string): Inspection => ({
    manifest: null,
    faults: [{ ...reading.at([]), path: '', message }],
  })
  if (reading.data === undefined) return { manifest: null, faults: inOrder(reading.faults) }
  if (reading.data === null)
    return whole('This manifest is empty. Start with project, environment and region.')
  if (typeof reading.data !== 'object' || Array.isArray(reading.data))
    return whole('A manifest is a map of keys, such as "project: notes".')
  const said = Object.entries(overrides).filter(([, value]) => value !== null)
  // Before the check: many defaults are made of the environment's name.
  const data = { ...reading.data, ...Object.fromEntries(said) }
  const parsed = schema.safeParse(data)
  const found = [...reading.faults, ...faultsOf(parsed.error?.issues ?? [], { ...reading, data })]
  const isNew = ({ path }: Fault): boolean => !found.some(fault => fault.path === path)
  const faults = [...found, ...changedTexts(reading).filter(isNew)]
  if (!parsed.success || faults.length > 0) return { manifest: null, faults: inOrder(faults) }
  return { manifest: rooted(parsed.data, dirname(resolve(file))), faults: [] }
}

/** The maps in which a number or boolean counts as the text that stands there. */
const TEXTS: readonly Path[] = [['backend', 'environment'], ['tags']]

/** Values that would reach the app or a tag as another text than is written: `DEBUG: True` as `true`, `1.0` as `1`. */
const changedTexts = ({ rewritten, at }: Reading): Fault[] =>
  [...rewritten].flatMap(([key, source]) => {
    const path: Path = JSON.parse(key)
    const isText = TEXTS.some(map => map.every((step, index) => path[index] === step))
    return isText
      ? [{ ...at(path), path: pathText(path), message: `${source} must be text: put it in quotes.` }]
      : []
  })

const inOrder = (faults: readonly Fault[]): readonly Fault[] =>
  faults.toSorted((a, b) => a.line - b.line || a.column - b.column)

/** `file:line:column: path: message`, as editors and terminals link it. */
export const faultText = (file: string, { line, column, path, message }: Fault): string =>
  `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`

/** Reads and checks the manifest in `file`. Throws UserError with every fault, or when it cannot be read. */
export const load = async (file: string, overrides = NO_OVERRIDES): Promise<Manifest> => {
  const { manifest, faults } = inspect(await read(file), file, overrides)
  if (manifest !== null) return manifest
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  throw new UserError(
    `${file} has ${count}.\n${faults.map(fault => faultText(file, fault)).join('\n')}`,
    `Mend ${faults.length === 1 ? 'it' : 'them'} and run the command again; \`storyarch validate -m ${file}\` checks it alone.`,
  )
}

/** The text of a manifest. Throws UserError when it cannot be read. */
export const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const why: Record<string, string> = {
      ENOENT: 'is not there',
      EISDIR: 'is a folder',
      EACCES: 'may not be read by you',
    }
    throw new UserError(
      `The manifest ${file} ${why[code] ?? `cannot be read (${code})`}.`,
      'Name another with -m FILE.',
      { cause: error },
    )
  }
}

/** Paths in a manifest are relative to it. */
const rooted = (manifest: Manifest, folder: string): Manifest => {
  const at = (path: string): string => resolve(folder, path)
  const { frontend, backend } = manifest
  return {
    ...manifest,
    frontend: frontend && { ...frontend, source: at(frontend.source) },
    backend: backend && { ...backend, image: rootedImage(backend.image, at) },
  }
}

const rootedImage = (image: Image, at: (path: string) => string): Image => {
  if (image.from === 'dockerfile') return { ...image, context: at(image.context) }
  return image.from === 'files' ? { ...image, files: at(image.files) } : image
}
