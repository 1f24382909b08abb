import type * as Tagging from '@aws-sdk/client-resource-groups-tagging-api'
import { page } from '../page.ts'
import { AwsError, type Call, type Service } from '../service.ts'
import { dropTags, type Ghost, putTags, type TagMap, tagFault, tagList, tagsOf } from '../tags.ts'

/** Services this API covers. IAM and Budgets are not among them. */
const COVERED = [
  'acm',
  'apigateway',
  'cloudwatch',
  'dynamodb',
  'ec2',
  'ecr',
  'ecs',
  'events',
  'lambda',
  'logs',
  's3',
  'secretsManager',
  'sns',
  'ssm',
]

/** Those that show up in us-east-1 only. */
const GLOBAL = ['cloudfront', 'route53']

const coveredIn = (call: Call): string[] => (call.region === 'us-east-1' ? [...COVERED, ...GLOBAL] : COVERED)

/** The call as `service` would see it. */
const as = (call: Call, service: string): Call => ({
  ...call,
  service,
  table: (name, of) => call.table(name, { service, ...of }),
})

const invalid = (message: string) => new AwsError('InvalidParameterException', message)

interface Hit {
  readonly arn: string
  readonly tags: TagMap
}

/** Everything tagged here, and for a while what is deleted: a hit is no proof that the thing exists. */
const hits = (call: Call): Hit[] =>
  coveredIn(call).flatMap(service => {
    const tags = call.table<TagMap>('tags', { service })
    const ghosts = call.table<Ghost>('ghosts', { service })
    for (const [arn, { until }] of ghosts.entries())
      if (until <= call.now || tags.has(arn)) ghosts.delete(arn)
    const gone = ghosts.entries().map(([arn, ghost]) => ({ arn, tags: ghost.tags }))
    const alive = tags.entries().map(([arn, held]) => ({ arn, tags: held }))
    return [...alive, ...gone].filter(hit => Object.keys(hit.tags).length > 0)
  })

/** Kinds whose ARNs do not say what they are. */
const TYPES: Readonly<Record<string, string>> = { s3: 'bucket', sns: 'topic' }

/** `arn:aws:ecs:…:task-definition/x:1` is of `ecs` and `ecs:task-definition`. */
const typesOf = (arn: string): string[] => {
  const [, , service = '', , , ...rest] = arn.split(':')
  const [type] = rest.join(':').replace(/^\//, '').split(/[/:]/)
  return [service, `${service}:${TYPES[service] ?? type}`]
}

const matches = (hit: Hit, filters: readonly Tagging.TagFilter[]): boolean =>
  filters.every(({ Key = '', Values = [] }) => {
    const value = Object.hasOwn(hit.tags, Key) ? hit.tags[Key] : undefined
    return value !== undefined && (Values.length === 0 || Values.includes(value))
  })

const checkFilters = (input: Tagging.GetResourcesInput): void => {
  if (input.TagsPerPage !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS pages by ResourcesPerPage only', { status: 501 })
  const { ResourceARNList: arns = [], TagFilters: tags = [], ResourceTypeFilters: types = [] } = input
  if (arns.length > 0 && tags.length + types.length > 0)
    throw invalid('ResourceARNList cannot be combined with TagFilters or ResourceTypeFilters')
  if (tags.length > 50 || tags.some(({ Values = [] }) => Values.length > 20) || arns.length > 100)
    throw invalid('Too many filters: up to 50 keys with 20 values each, or 100 ARNs')
  const size = input.ResourcesPerPage ?? 50
  if (size < 1 || size > 100) throw invalid('ResourcesPerPage must be between 1 and 100')
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort()

/** Runs `work` as the service that owns each ARN; what fails is told, and the rest is done. */
const forEachOwner = (
  call: Call,
  arns: readonly string[] | undefined,
  work: (owner: Call, arn: string) => void,
): { FailedResourcesMap: Record<string, Tagging.FailureInfo> } => {
  if (!arns || arns.length === 0 || arns.length > 20)
    throw invalid('ResourceARNList must hold between 1 and 20 ARNs')
  const failed = arns.flatMap((arn): [string, Tagging.FailureInfo][] => {
    const service = coveredIn(call).find(name => call.table('tags', { service: name }).has(arn))
    try {
      if (service === undefined) throw invalid(`The resource ${arn} does not exist or cannot be tagged here`)
      work(as(call, service), arn)
      return []
    } catch (fault) {
      if (!(fault instanceof AwsError)) throw fault
      return [[arn, { StatusCode: 400, ErrorCode: 'InvalidParameterException', ErrorMessage: fault.message }]]
    }
  })
  return { FailedResourcesMap: Object.fromEntries(failed) }
}

/** The Resource Groups Tagging API: one view of every service's tags in one region. */
export const tagging: Service<typeof Tagging> = {
  GetResources: (input, call) => {
    checkFilters(input)
    const { ResourceARNList: arns, ResourceTypeFilters: types } = input
    const found = hits(call).filter(
      hit =>
        (!arns?.length || arns.includes(hit.arn)) &&
        (!types?.length || typesOf(hit.arn).some(type => types.includes(type))) &&
        matches(hit, input.TagFilters ?? []),
    )
    const { items, next } = page(found, ({ arn }) => arn, {
      token: input.PaginationToken || undefined,
      size: input.ResourcesPerPage ?? 50,
    })
    return {
      PaginationToken: next ?? '',
      ResourceTagMappingList: items.map(({ arn, tags }) => ({ ResourceARN: arn, Tags: tagList(tags) })),
    }
  },

  GetTagKeys: (input, call) => {
    const keys = unique(hits(call).flatMap(({ tags }) => Object.keys(tags)))
    const { items, next } = page(keys, key => key, { token: input.PaginationToken || undefined, size: 100 })
    return { PaginationToken: next ?? '', TagKeys: items }
  },

  GetTagValues: (input, call) => {
    const values = unique(hits(call).flatMap(({ tags }) => tags[input.Key ?? ''] ?? []))
    const { items, next } = page(values, value => value, {
      token: input.PaginationToken || undefined,
      size: 100,
    })
    return { PaginationToken: next ?? '', TagValues: items }
  },

  TagResources: (input, call) =>
    forEachOwner(call, input.ResourceARNList, (owner, arn) => {
      const fault = tagFault(input.Tags ?? {}, tagsOf(owner, arn))
      if (fault) throw invalid(fault)
      putTags(owner, arn, input.Tags ?? {})
    }),

  UntagResources: (input, call) =>
    forEachOwner(call, input.ResourceARNList, (owner, arn) => dropTags(owner, arn, input.TagKeys ?? [])),
}
