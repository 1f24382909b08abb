import { CreateServiceLinkedRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { isAwsError } from '../../awsError.ts'
import { NotYet } from '../../errors.ts'
import type { Aws } from '../../resource.ts'
import { absentIf } from './absentIf.ts'

/**
 * Does `attempt`, which needs the role that ECS acts by. An account that never used ECS has none; ECS makes it on first
 * use and may lose the race against itself (ECS guide, "Using service-linked roles"). Throws NotYet once it is asked for.
 */
export const withEcsServiceRole = async <T>(aws: Aws, attempt: () => Promise<T>): Promise<T> => {
  try {
    return await attempt()
  } catch (error) {
    const missing = error instanceof Error && /service linked role/i.test(error.message)
    if (!missing || !isAwsError(error, 'InvalidParameterException')) throw error
    // InvalidInput: somebody made it meanwhile.
    const role = new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' })
    await absentIf(aws.client(IAMClient, 'us-east-1').send(role), 'InvalidInputException')
    throw new NotYet("the account's service-linked role for ECS is being made", { cause: error })
  }
}
