import type * as EC2 from '@aws-sdk/client-ec2'
import { AwsError, type Call, type Service } from '../service.ts'
import { gateways } from './ec2/gateways.ts'
import { interfaces } from './ec2/interfaces.ts'
import { resourceTags } from './ec2/resourceTags.ts'
import { routes } from './ec2/routes.ts'
import { securityGroupRules } from './ec2/securityGroupRules.ts'
import { securityGroups } from './ec2/securityGroups.ts'
import { subnets } from './ec2/subnets.ts'
import { vpcs } from './ec2/vpcs.ts'
import { zones } from './ec2/zones.ts'

type Handler = (input: { DryRun?: boolean }, call: Call) => unknown

/** Every EC2 operation may be rehearsed: with `DryRun` nothing happens, and the refusal says it would have worked. */
const rehearsable = <S extends object>(handlers: S): S =>
  Object.fromEntries(
    Object.entries(handlers).map(([operation, handler]: [string, Handler]) => [
      operation,
      (input: { DryRun?: boolean }, call: Call) => {
        if (input.DryRun)
          throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
            status: 412,
          })
        return handler(input, call)
      },
    ]),
  ) as S

export const ec2: Service<typeof EC2> = rehearsable({
  ...gateways,
  ...interfaces,
  ...resourceTags,
  ...routes,
  ...securityGroupRules,
  ...securityGroups,
  ...subnets,
  ...vpcs,
  ...zones,
})
