import type { Outputs } from '../resource.ts'

/** name: the group's, unique in its VPC. */
export interface SecurityGroupProps {
  vpc: string
  description: string
  ingress: SecurityGroupRule[]
  egress: SecurityGroupRule[]
}

export interface SecurityGroupRule {
  /** `tcp`, or `-1` for everything (ports are then -1). */
  protocol: string
  fromPort: number
  toPort: number
  cidr: string
  description: string
}

export interface SecurityGroupOut extends Outputs {
  id: string
}
