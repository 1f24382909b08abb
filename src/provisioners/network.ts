import type { Outputs } from '../resource.ts'

/** A lookup: the account's default VPC, or what the manifest names. */
export interface NetworkQuery {
  /** `default` or a VPC id. */
  vpc: string
  /** Subnet ids; empty: the VPC's default subnets (Fargate-capable zones only). */
  subnets: string[]
}

export interface NetworkOut extends Outputs {
  vpc: string
  /** Sorted, comma-joined. */
  subnets: string
}
