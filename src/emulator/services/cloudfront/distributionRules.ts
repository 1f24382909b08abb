import { isIP } from 'node:net'
import type { DistributionConfig, Origin } from '@aws-sdk/client-cloudfront'
import { AwsError, type Call } from '../../service.ts'
import { checkBehavior } from './behaviorRules.ts'
import { checkCertificate } from './certificateRules.ts'
import { checkQuantities } from './quantities.ts'
import { distributions, invalidArgument, originAccessControls } from './state.ts'

/** Everything CloudFront refuses in a configuration; `id` is null for a new distribution. */
export const checkConfig = (config: DistributionConfig, call: Call, id: string | null): void => {
  checkQuantities(config)
  if (!config.CallerReference) throw invalidArgument('The parameter CallerReference is required.')
  if ((config.Comment ?? '').length > 128) throw invalidArgument('The parameter Comment is too long.')
  checkRoot(config.DefaultRootObject ?? '')
  const origins = config.Origins?.Items ?? []
  const ids = origins.map(({ Id }) => Id ?? '')
  if (ids.length === 0) throw invalidArgument('The parameter Origins is required.')
  if (new Set(ids).size < ids.length)
    throw new AwsError('InvalidOrigin', 'Two or more origins have the same Id.', { status: 400 })
  for (const origin of origins) checkOrigin(origin, call)
  const behaviors = config.CacheBehaviors?.Items ?? []
  const patterns = behaviors.map(({ PathPattern }) => PathPattern)
  if (new Set(patterns).size < patterns.length)
    throw invalidArgument('The parameter PathPattern must be unique.')
  if (!config.DefaultCacheBehavior) throw invalidArgument('The parameter DefaultCacheBehavior is required.')
  for (const behavior of [config.DefaultCacheBehavior, ...behaviors]) checkBehavior(behavior, ids, call)
  checkErrorResponses(config)
  checkAliases(config, call, id)
  checkCertificate(config, call)
}

const checkRoot = (path: string): void => {
  if (path.startsWith('/') || path.length > 255)
    throw new AwsError(
      'InvalidDefaultRootObject',
      'The parameter DefaultRootObject must not begin with a slash.',
      { status: 400 },
    )
}

const S3_DOMAIN = /\.s3([.-][a-z0-9-]+)?\.amazonaws\.com$/

const checkOrigin = (origin: Origin, call: Call): void => {
  const domain = origin.DomainName ?? ''
  const kinds = [origin.S3OriginConfig, origin.CustomOriginConfig, origin.VpcOriginConfig]
  if (kinds.filter(kind => kind !== undefined).length !== 1)
    throw new AwsError(
      'InvalidOrigin',
      'You must specify either a CustomOriginConfig or an S3OriginConfig. You cannot specify both.',
      { status: 400 },
    )
  if (isIP(domain) > 0 || !/^[a-z0-9.-]+\.[a-z0-9-]+$/i.test(domain))
    throw invalidArgument('The parameter origin name must be a domain name.')
  if (origin.S3OriginConfig && !S3_DOMAIN.test(domain))
    throw invalidArgument('The parameter Origin DomainName does not refer to a valid S3 bucket.')
  const path = origin.OriginPath ?? ''
  if (path !== '' && (!path.startsWith('/') || path.endsWith('/')))
    throw invalidArgument('The parameter OriginPath must begin with a slash and must not end with one.')
  const control = origin.OriginAccessControlId ?? ''
  if (control === '') return
  if (origin.S3OriginConfig?.OriginAccessIdentity)
    throw new AwsError(
      'IllegalOriginAccessConfiguration',
      'You cannot specify both an origin access control and an origin access identity for an origin.',
      { status: 400 },
    )
  if (!originAccessControls(call).has(control))
    throw new AwsError('InvalidOriginAccessControl', 'The origin access control is not valid.', {
      status: 400,
    })
}

const ERROR_CODES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]

const checkErrorResponses = (config: DistributionConfig): void => {
  for (const { ErrorCode, ResponsePagePath = '', ResponseCode = '' } of config.CustomErrorResponses?.Items ??
    []) {
    if (!ERROR_CODES.includes(ErrorCode ?? 0))
      throw new AwsError('InvalidErrorCode', `The error code ${ErrorCode} is not valid.`, { status: 400 })
    if ((ResponsePagePath === '') !== (ResponseCode === ''))
      throw invalidArgument('The parameters ResponsePagePath and ResponseCode go together.')
    if (ResponsePagePath !== '' && !ResponsePagePath.startsWith('/'))
      throw invalidArgument('The parameter ResponsePagePath must begin with a slash.')
    if (ResponseCode !== '' && ![200, ...ERROR_CODES].includes(Number(ResponseCode)))
      throw new AwsError('InvalidResponseCode', `The response code ${ResponseCode} is not valid.`, {
        status: 400,
      })
  }
}

/** Aliases are unique over all distributions, enabled or not. */
const checkAliases = (config: DistributionConfig, call: Call, id: string | null): void => {
  const wanted = (config.Aliases?.Items ?? []).map(alias => alias.toLowerCase())
  if (new Set(wanted).size < wanted.length) throw invalidArgument('The parameter Aliases holds a name twice.')
  const odd = wanted.find(alias => !/^(\*\.)?([a-z0-9_-]+\.)+[a-z0-9-]+$/.test(alias))
  if (odd !== undefined)
    throw invalidArgument(`The parameter CNAME contains one or more parameters that are not valid: ${odd}`)
  const taken = distributions(call)
    .values()
    .filter(other => other.id !== id)
    .flatMap(other => other.config.Aliases?.Items ?? [])
  if (wanted.some(alias => taken.includes(alias)))
    throw new AwsError(
      'CNAMEAlreadyExists',
      'One or more of the CNAMEs you provided are already associated with a different resource.',
      { status: 409 },
    )
}
