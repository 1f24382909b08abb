import { revisionOf } from '../artifacts/revision.ts'
import { browserModuleFile } from '../artifacts/site/browserModule.ts'
import type { SiteRecipe } from '../artifacts/site/recipe.ts'
import { readSite } from '../artifacts/site/siteSource.ts'
import type { Artifact } from '../blueprint/artifacts.ts'
import type { Frontend } from '../manifest/manifest.ts'
import type { StoredRelease } from '../provisioners/kit/site/storedReleases.ts'

export interface SiteSurroundings {
  /** What was built of which sources is noted here. */
  readonly workFolder: string
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** The site as made of its sources now. Throws UserError for sources that cannot be read. */
export const siteArtifact = async (site: Frontend, around: SiteSurroundings): Promise<Artifact> => {
  const { source: folder, build } = site
  const recipe: SiteRecipe = {
    ...(await settings(site, around, revisionOf(folder))),
    from: 'sources',
    folder,
    build,
    workFolder: around.workFolder,
  }
  const { source, known } = await readSite(recipe)
  const read: SiteRecipe = { ...recipe, known }
  return { source, recipe: read }
}

/** A release that the bucket still holds. */
export const storedSite = async (
  site: Frontend,
  { version, source, revision }: StoredRelease,
  around: SiteSurroundings,
): Promise<Artifact> => {
  const recipe: SiteRecipe = { ...(await settings(site, around, revision)), from: 'version', version }
  return { source, recipe }
}

const settings = async (
  { cache, keepSeconds }: Frontend,
  { nowMs }: SiteSurroundings,
  revision: string | null | Promise<string | null>,
) => ({
  revision: await revision,
  cache,
  keepSeconds,
  // The blueprint names it.
  distribution: null,
  module: browserModuleFile(),
  known: null,
  nowMs,
})
