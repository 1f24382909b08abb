import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Service } from '../../service.ts'
import { isPublic, normalPolicy } from './bucketPolicy.ts'
import { change } from './change.ts'
import { absent } from './errors.ts'
import { bucketArn, bucketAt } from './state.ts'

/** A bucket's policy is kept and shown, and refused when it is malformed or public; nobody is judged by it. */
export const policyOperations = {
  GetBucketPolicy: (input, call) => {
    const { policy } = bucketAt(input, call)
    if (policy === null) throw noPolicy()
    return { Policy: policy }
  },

  PutBucketPolicy: (input, call) => {
    const bucket = bucketAt(input, call)
    const policy = normalPolicy(input.Policy ?? '', bucket.name)
    if (bucket.publicAccess?.BlockPublicPolicy === true && isPublic(policy))
      throw new AwsError(
        'AccessDenied',
        `User: arn:aws:iam::${call.account}:user/local is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(bucket)}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
        { status: 403 },
      )
    return change(input, call, { policy })
  },

  DeleteBucketPolicy: (input, call) => change(input, call, { policy: null }),

  GetBucketPolicyStatus: (input, call) => {
    const { policy } = bucketAt(input, call)
    if (policy === null) throw noPolicy()
    return { PolicyStatus: { IsPublic: isPublic(policy) } }
  },
} satisfies Service<typeof S3>

const noPolicy = (): AwsError => absent('NoSuchBucketPolicy', 'The bucket policy does not exist')
