import type { Found } from './hunt.ts'
import type { Change } from './plan.ts'
import type { AnyProvisioner } from './world.ts'

/** A change without differences to tell: making what is not there, removing what is. */
export const bareChange = (
  action: 'create' | 'delete',
  thing: { readonly id: string; readonly name: string; readonly provisioner: AnyProvisioner },
  about: Pick<Change, 'losesData' | 'vanished' | 'revisions'>,
): Change => ({
  id: thing.id,
  name: thing.name,
  action,
  differences: [],
  ...about,
  usuallySeconds: thing.provisioner.settles.usuallySeconds,
})

/** The removal of something that stands. */
export const deletion = (found: Found): Change =>
  bareChange('delete', found, {
    losesData: found.provisioner.holdsData?.(found.live) ?? false,
    vanished: false,
    revisions: null,
  })
