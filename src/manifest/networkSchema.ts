import * as z from 'zod'
import { matching, section } from './kit.ts'

const ids = (prefix: string, most: number) =>
  z
    .array(
      matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `is not an id such as ${prefix}-0123456789abcdef0.`),
    )
    .max(most, `must have at most ${most} entries.`)
    .default([])

export const network = section({
  vpc: matching(
    /^(default|vpc-[0-9a-f]{8,17})$/,
    'is neither default nor an id such as vpc-0123456789abcdef0.',
  )
    .default('default')
    .describe('default, or the id of a VPC.'),
  subnets: ids('subnet', 16).describe("Subnets of the task. Default: the VPC's default subnets."),
  securityGroups: ids('sg', 5).describe("Default: one is made that opens the app's port."),
  publicIp: z.boolean().default(true).describe('Without one the subnets need NAT or VPC endpoints.'),
})
