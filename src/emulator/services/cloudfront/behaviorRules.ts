import type { CacheBehavior, DefaultCacheBehavior } from '@aws-sdk/client-cloudfront'
import { AwsError, type Call } from '../../service.ts'
import { isCachePolicy, isHeadersPolicy, isOriginRequestPolicy } from './managedPolicies.ts'
import { functionArn, functions, headersPolicies, invalidArgument, notThere } from './state.ts'

const METHOD_SETS = ['GET,HEAD', 'GET,HEAD,OPTIONS', 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT']

/** What CloudFront refuses in a behaviour; `origins` are the ids it may aim at. */
export const checkBehavior = (
  behavior: DefaultCacheBehavior | CacheBehavior,
  origins: readonly string[],
  call: Call,
): void => {
  if (!origins.includes(behavior.TargetOriginId ?? ''))
    throw new AwsError('NoSuchOrigin', 'One or more of your origins do not exist.', { status: 404 })
  if (!behavior.ViewerProtocolPolicy) throw invalidArgument('The parameter ViewerProtocolPolicy is required.')
  const methods = behavior.AllowedMethods?.Items
  if (methods && !METHOD_SETS.includes([...methods].sort().join()))
    throw invalidArgument('The parameter AllowedMethods is invalid.')
  checkCaching(behavior)
  checkPolicies(behavior, call)
  checkFunctions(behavior, call)
}

const checkCaching = (behavior: DefaultCacheBehavior): void => {
  const { CachePolicyId, ForwardedValues, MinTTL, DefaultTTL, MaxTTL } = behavior
  if (CachePolicyId === undefined && !ForwardedValues)
    throw invalidArgument('The parameter ForwardedValues is required.')
  if (CachePolicyId === undefined) return
  for (const [name, value] of Object.entries({ ForwardedValues, MinTTL, DefaultTTL, MaxTTL }))
    if (value !== undefined)
      throw invalidArgument(
        `The parameter ${name} cannot be used when a cache policy is associated to the cache behavior.`,
      )
}

const checkPolicies = (behavior: DefaultCacheBehavior, call: Call): void => {
  const { CachePolicyId, OriginRequestPolicyId, ResponseHeadersPolicyId } = behavior
  if (CachePolicyId !== undefined && !isCachePolicy(CachePolicyId))
    throw notThere('NoSuchCachePolicy', 'cache policy')
  if (OriginRequestPolicyId !== undefined && !isOriginRequestPolicy(OriginRequestPolicyId))
    throw notThere('NoSuchOriginRequestPolicy', 'origin request policy')
  if (
    ResponseHeadersPolicyId !== undefined &&
    !isHeadersPolicy(ResponseHeadersPolicyId) &&
    !headersPolicies(call).has(ResponseHeadersPolicyId)
  )
    throw notThere('NoSuchResponseHeadersPolicy', 'response headers policy')
}

/** Only a published function can stand at the edge, and one for each event. */
const checkFunctions = (behavior: DefaultCacheBehavior, call: Call): void => {
  const used = behavior.FunctionAssociations?.Items ?? []
  const events = used.map(({ EventType }) => EventType)
  const wrongEvent = events.some(event => event !== 'viewer-request' && event !== 'viewer-response')
  if (wrongEvent || new Set(events).size < events.length)
    throw invalidAssociation(
      'One of the function associations has an event type that is not allowed or used twice.',
    )
  const live = functions(call)
    .values()
    .filter(row => row.live !== null)
    .map(({ name }) => functionArn(call, name))
  const missing = used.find(({ FunctionARN }) => !live.includes(FunctionARN ?? ''))
  if (missing)
    throw invalidAssociation(
      `The function ARN ${missing.FunctionARN} does not exist or the function is not published to the LIVE stage.`,
    )
}

const invalidAssociation = (message: string): AwsError =>
  new AwsError('InvalidFunctionAssociation', message, { status: 400 })
