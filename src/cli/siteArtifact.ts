import { revisionOf } from '../artifacts/revision.ts'
import { browserModuleFile } from '../artifacts/site/browserModule.ts'
import type { SiteRecipe } from '../artifacts/site/recipe.ts'
import { siteSource } from '../artifacts/site/siteSource.ts'
import type { Artifact } from '../blueprint/artifacts.ts'
import type { Frontend } from '../manifest/manifest.ts'

export interface SiteSurroundings {
  /** What was built of which sources is noted here. */
  readonly workFolder: string
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** The site as made of its sources now. Throws UserError for sources that cannot be read. */
export const siteArtifact = async (site: Frontend, around: SiteSurroundings): Promise<Artifact> => {
  const recipe: SiteRecipe = {
    from: 'sources',
    folder: site.source,
    build: site.build,
    workFolder: around.workFolder,
    revision: await revisionOf(site.source),
    cache: site.cache,
    keepSeconds: site.keepSeconds,
    // The blueprint names it.
    distribution: null,
    module: browserModuleFile(),
    nowMs: around.nowMs,
  }
  return { source: await siteSource(recipe), recipe }
}
