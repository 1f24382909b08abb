import type * as IAM from '@aws-sdk/client-iam'
import type { Service } from '../service.ts'
import { openIdProviderOperations } from './iam/openIdProviders.ts'
import { rolePolicyOperations } from './iam/rolePolicies.ts'
import { roleOperations } from './iam/roles.ts'

/** Roles with their policies, and OpenID Connect providers. Policies are kept, not evaluated: every caller may do everything. */
export const iam: Service<typeof IAM> = {
  ...roleOperations,
  ...rolePolicyOperations,
  ...openIdProviderOperations,
}
