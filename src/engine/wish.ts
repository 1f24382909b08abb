import type { Live, Outputs } from '../resource.ts'
import { canonical } from './spec.ts'
import type { AnyProvisioner } from './world.ts'

const ACCOUNT_ID = 'account/current'

/** The output `name` of resource `id`, as far as `outputs` know it. */
export const outputIn =
  (account: string, outputs: ReadonlyMap<string, Outputs>) =>
  (id: string, name: string): string | undefined =>
    id === ACCOUNT_ID ? account : outputs.get(id)?.[name]

/** The filled-in wish in the order AWS answers in. */
export const wanted = (provisioner: AnyProvisioner, props: object): object =>
  provisioner.normal?.(props) ?? props

/** The parts of `live` that are not as `want` says, as their names. */
export const differingParts = (live: Live, want: object): string[] =>
  Object.entries(want)
    .filter(([part, value]) => canonical((live.props as Record<string, unknown>)[part]) !== canonical(value))
    .map(([part]) => part)
