import type { Lookup, Outputs, Provisioner } from '../resource.ts'

type AnyProvisioner = Provisioner<object, Outputs>
type AnyLookup = Lookup<object, Outputs>

/**
 * Every kind, loaded only when a stack holds it. A module exports its provisioner under the kind's name.
 * (TypeScript cannot see that the engine hands each provisioner its own props back, hence the casts.)
 */
export const provisioners: Readonly<Record<string, () => Promise<AnyProvisioner>>> = {}

export const lookups: Readonly<Record<string, () => Promise<AnyLookup>>> = {}
