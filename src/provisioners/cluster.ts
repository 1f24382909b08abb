import type { Outputs } from '../resource.ts'

/** name: the ECS cluster's. */
export interface ClusterProps {
  capacityProviders: string[]
}

export interface ClusterOut extends Outputs {
  arn: string
  name: string
}
