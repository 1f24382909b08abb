import { browserModule } from '../../../artifacts/site/browserModule.ts'
import { builtFolder } from '../../../artifacts/site/buildSite.ts'
import { type ContentHash, hashOfBytes } from '../../../artifacts/site/contentHash.ts'
import type { Headers } from '../../../artifacts/site/headers.ts'
import { type LocalFile, localFiles } from '../../../artifacts/site/localFiles.ts'
import type { WantedFile } from '../../../artifacts/site/planSync.ts'
import type { FromSources, SiteRecipe } from '../../../artifacts/site/recipe.ts'
import { GENERATED, type SiteConfig, versionOf } from '../../../artifacts/site/release.ts'
import { NO_CACHE, servedAs } from '../../../artifacts/site/servedAs.ts'
import { siteSource, sourceOfFiles } from '../../../artifacts/site/siteSource.ts'
import { UserError } from '../../../errors.ts'
import type { Making } from '../../../resource.ts'
import type { Objects } from './objects.ts'
import { recordOf } from './records.ts'

/** A release as it shall stand. */
export interface WantedRelease {
  readonly version: string
  readonly files: ReadonlyMap<string, WantedFile>
  /** Where the bytes of files are, as far as they are on this machine. */
  readonly local: ReadonlyMap<string, LocalFile>
}

export interface Content {
  readonly source: string
  readonly config: SiteConfig
}

/** The release a recipe describes, built where it must be. */
export const wantedRelease = async (
  objects: Objects,
  want: Content,
  making: Making<SiteRecipe>,
): Promise<WantedRelease> => {
  const { recipe } = making
  const { version, files, local } =
    recipe.from === 'version'
      ? await storedFiles(objects, recipe.version)
      : await builtFiles(recipe, want, making)
  const generated = await generatedFiles(recipe, version, want.config)
  return {
    version,
    files: new Map([
      ...files,
      ...[...generated].map(([path, file]) => [path, asWanted(file, generatedAs(path))] as const),
    ]),
    local: new Map([...local, ...generated]),
  }
}

const asWanted = ({ hash, size }: ContentHash, { type, cache }: Headers): WantedFile => ({
  hash,
  size,
  type,
  cache,
})

const builtFiles = async (
  recipe: SiteRecipe & FromSources,
  { source }: Content,
  making: Making<SiteRecipe>,
): Promise<WantedRelease> => {
  const { build } = recipe
  // The wish holds as much of it as the tag has room for.
  const check = (now: string) => {
    if (now.startsWith(source)) return
    throw new UserError(
      `The site's sources in ${recipe.folder} changed since the plan was made.`,
      'Run the same command again.',
    )
  }
  if (build !== null) check(await siteSource(recipe))
  const folder = build === null ? recipe.folder : await builtFolder(recipe, build, making)
  const local = await localFiles(folder, { signal: making.signal, holds: true, known: recipe.known })
  if (build === null) check(await sourceOfFiles(recipe, local))
  if (!local.has('index.html'))
    making.note(`${folder} has no index.html, so the site has no page at its address.`)
  const headersOf = servedAs(recipe.cache)
  const files = new Map([...local].map(([path, file]) => [path, asWanted(file, headersOf(path))]))
  return { version: versionOf(files), files, local }
}

const storedFiles = async (objects: Objects, version: string): Promise<WantedRelease> => {
  const record = await recordOf(objects, version)
  if (record === undefined)
    throw new UserError(
      `The bucket holds no release ${version}.`,
      'Choose one that is still stored, or deploy the commit it was made of.',
    )
  const files = Object.entries(record.files).filter(([path]) => !GENERATED.includes(path))
  return {
    version,
    files: new Map(files.map(([path, file]) => [path, asWanted({ ...file, md5s: [] }, file)])),
    local: new Map(),
  }
}

const generatedAs = (path: string): Headers => ({ type: servedAs([])(path).type, cache: NO_CACHE })

/** What is served beside the app: where its backend is, and the module that wakes it. */
const generatedFiles = async (
  { module, revision }: SiteRecipe,
  version: string,
  { apiUrl, startUrl }: SiteConfig,
): Promise<Map<string, LocalFile>> => {
  const told = { version, revision, api_url: apiUrl, start_url: startUrl }
  const bytes: readonly [string, Buffer][] = [
    ['storyarch.json', Buffer.from(`${JSON.stringify(told, null, 2)}\n`)],
    ['storyarch.js', await browserModule(module)],
  ]
  return new Map(
    bytes.map(([path, bytes]) => [path, { ...hashOfBytes(bytes), file: path, stamp: '', bytes }]),
  )
}
