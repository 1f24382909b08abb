import type { Aws } from '../../resource.ts'
import type { Backend } from '../backend.ts'
import { type Aside, listAside } from '../database/listAside.ts'
import { listVersions } from '../database/listVersions.ts'
import { readOrigin } from '../database/readOrigin.ts'
import { type DeleteMarker, NO_ORIGIN, type Origin, type Version } from '../database/version.ts'

/** A version with what its writer said of it. */
export interface VersionStatus extends Version {
  readonly origin: Origin
}

/** What is stored of the database. Lists begin with the latest. */
export interface DatabaseStatus {
  readonly bucket: string
  readonly key: string
  readonly versions: readonly VersionStatus[]
  readonly deleteMarkers: readonly DeleteMarker[]
  /** Databases that must not replace the current one. */
  readonly aside: readonly Aside[]
}

/** S3 tells metadata of one version at a time. */
const AT_ONCE = 16

/**
 * All versions; what the newest `described` were written for. Throws UserError when the bucket is not there.
 */
export const readDatabaseStatus = async (
  aws: Aws,
  { database, stack }: Backend,
  described: number,
): Promise<DatabaseStatus> => {
  const [{ versions, deleteMarkers }, aside] = await Promise.all([
    listVersions(aws, database, stack),
    listAside(aws, database),
  ])
  const origins: Origin[] = []
  for (let from = 0; from < Math.min(described, versions.length); from += AT_ONCE) {
    const some = versions.slice(from, Math.min(from + AT_ONCE, described))
    origins.push(...(await Promise.all(some.map(({ id }) => readOrigin(aws, database, id)))))
  }
  return {
    ...database,
    versions: versions.map((version, index) => ({ ...version, origin: origins[index] ?? NO_ORIGIN })),
    deleteMarkers,
    aside,
  }
}
