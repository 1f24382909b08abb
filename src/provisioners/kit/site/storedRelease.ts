import { UserError } from '../../../errors.ts'
import type { Aws } from '../../../resource.ts'
import { type StoredRelease, storedReleases } from './storedReleases.ts'

const SHOWN = 5
const LEAST_CHARACTERS = 6

/**
 * The release in `bucket` that `wanted` names: a version, a commit, or the start of either.
 * Throws UserError when none or more than one fits; it names what is stored.
 */
export const storedRelease = async (aws: Aws, bucket: string, wanted: string): Promise<StoredRelease> => {
  const stored = await storedReleases(aws, bucket)
  const named = (fits: (name: string) => boolean) =>
    stored.filter(({ version, revision }) => fits(version) || (revision !== null && fits(revision)))
  const exact = named(name => name === wanted)
  const fitting =
    exact.length > 0 ? exact : named(name => wanted.length >= LEAST_CHARACTERS && name.startsWith(wanted))
  const [only] = fitting
  if (only !== undefined && fitting.length === 1) return only
  const shown = (fitting.length > 1 ? fitting : stored).slice(0, SHOWN).map(nameOf).join('; ')
  throw new UserError(
    fitting.length > 1
      ? `--frontend ${wanted} could be more than one release of ${bucket}: ${shown}.`
      : `${bucket} has no release ${wanted}. ${shown === '' ? 'None is stored.' : `Stored: ${shown}.`}`,
    'Name one by its version. Releases that were replaced stay for `frontend.keep`.',
  )
}

const nameOf = ({ version, revision, atMs, current }: StoredRelease): string =>
  `${version} (${[new Date(atMs).toISOString(), revision, current ? 'stands' : null].filter(Boolean).join(', ')})`
