import type * as STS from '@aws-sdk/client-sts'
import type { Service } from '../service.ts'

export const sts: Service<typeof STS> = {
  GetCallerIdentity: (_input, call) => ({
    Account: call.account,
    Arn: `arn:aws:iam::${call.account}:user/local`,
    UserId: 'AIDALOCAL00000000000',
  }),
}
