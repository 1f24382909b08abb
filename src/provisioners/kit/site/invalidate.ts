import { CreateInvalidationCommand } from '@aws-sdk/client-cloudfront'
import { isAwsError } from '../../../awsError.ts'
import { NotYet } from '../../../errors.ts'
import type { Aws } from '../../../resource.ts'
import { cloudfront, counted } from '../cloudfront.ts'

/** One invalidation for all paths. `reference`: of another for every one. Throws NotYet while too many are under way. */
export const invalidate = async (
  aws: Aws,
  distribution: string,
  paths: readonly string[],
  reference: string,
): Promise<void> => {
  const batch = { CallerReference: reference, Paths: counted(paths) }
  try {
    await cloudfront(aws).send(
      new CreateInvalidationCommand({ DistributionId: distribution, InvalidationBatch: batch }),
    )
  } catch (error) {
    if (!isAwsError(error, 'TooManyInvalidationsInProgress')) throw error
    throw new NotYet('CloudFront is busy with earlier invalidations', { cause: error })
  }
}
