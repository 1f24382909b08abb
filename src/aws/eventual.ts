import { awsError } from '../awsError.ts'

/**
 * AWS answers that mean "not yet": the thing referred to is still spreading through AWS, or another change to the
 * same thing is under way. The SDK retries none of them. Sources: the services' API references (errors of each
 * call) and the retry lists of the Terraform provider, which meets the same races.
 * Names are wire codes without a trailing `Exception`, which the protocols add or leave out as they please.
 */
const EVENTUAL: readonly (readonly [name: string, message: RegExp, why: string])[] = [
  ['InvalidParameterValue', /cannot be assumed by Lambda/i, 'the new role is not known to Lambda yet'],
  [
    'InvalidParameterValue',
    /execution role does not have permissions/i,
    "the role's policy is not known to Lambda yet",
  ],
  ['InvalidParameterValue', /KMS key is invalid for CreateGrant/i, 'the role is not known to KMS yet'],
  ['InvalidParameterValue', /throttled by EC2/i, 'EC2 throttles Lambda'],
  [
    'ResourceConflict',
    /update is in progress|cannot be performed at this time/i,
    'the function is being updated',
  ],
  ['ResourceConflict', /currently in the following state/i, 'the function is not active yet'],
  ['MalformedPolicyDocument', /invalid principal/i, 'the principal is not known to IAM yet'],
  ['MalformedPolicy', /invalid principal/i, 'the principal is not known to S3 yet'],
  ['DeleteConflict', /./, 'IAM still sees something attached'],
  ['ConcurrentModification', /./, 'another change to it is under way'],
  ['InvalidParameter', /service linked role/i, 'the service-linked role of ECS is being made'],
  ['Client', /unable to assume the role/i, 'the new role is not known to ECS yet'],
  ['Client', /too many concurrent attempts/i, 'another revision is being registered'],
  ['ClusterContainsTasks', /./, 'tasks of the cluster are still stopping'],
  ['UpdateInProgress', /./, 'the cluster is being updated'],
  ['OperationAborted', /./, 'another change to it is under way'],
  ['BucketNotEmpty', /./, 'the bucket was written to while it was emptied'],
  ['NoSuchBucket', /./, 'the new bucket is not known everywhere yet'],
  ['PreconditionFailed', /./, 'it was changed meanwhile'],
  ['InvalidIfMatchVersion', /./, 'it was changed meanwhile'],
  ['DistributionNotDisabled', /./, 'the distribution is still being disabled'],
  ['OriginAccessControlInUse', /./, 'the distribution that used it is still going'],
  ['FunctionInUse', /./, 'the distribution that used it is still going'],
  ['ResponseHeadersPolicyInUse', /./, 'the distribution that used it is still going'],
  ['InvalidFunctionAssociation', /./, 'the function is still being published'],
  ['PriorRequestNotComplete', /./, 'another change to the zone is under way'],
  ['InvalidGroup.NotFound', /./, 'the security group is not known everywhere yet'],
  ['DependencyViolation', /./, 'a network interface still uses it'],
  ['InvalidGroup.InUse', /./, 'a network interface still uses it'],
  ['Validation', /must allow .* to assume the role/i, 'the new role is not known yet'],
  ['Validation', /since it has targets/i, 'the rule is still letting go of its targets'],
  ['NotFound', /unable to find route by key/i, 'the route is not known to the stage yet'],
  ['ConcurrentAccess', /./, 'another change is under way'],
  ['StaleTag', /./, 'another change of tags is under way'],
  ['ResourceInUse', /./, 'something that used it is still letting go'],
  ['TooManyRequests', /./, 'API Gateway asks for patience'],
  ['Conflict', /concurrent modification|try again later/i, 'another change to the API is under way'],
  ['InvalidRequest', /scheduled for deletion/i, 'the old one is still being deleted'],
]

/** Why `error` will go away by itself, or undefined when it will not. */
export const eventual = (error: unknown): string | undefined => {
  const facts = awsError(error)
  if (facts === undefined) return undefined
  const names = facts.names.map(name => name.replace(/Exception$/, ''))
  return EVENTUAL.find(([name, message]) => names.includes(name) && message.test(facts.message || ' '))?.[2]
}
