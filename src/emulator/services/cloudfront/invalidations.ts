import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Service } from '../../service.ts'
import { distributionAt } from './distributions.ts'
import { isInvalidationPath } from './invalidationPath.ts'
import { checkQuantities, listed } from './quantities.ts'
import { freshId, type Invalidation, invalidArgument, invalidations, notThere, page } from './state.ts'

const COMPLETE_MS = 30_000

export const invalidationOperations = {
  CreateInvalidation: (input, call) => {
    const distribution = distributionAt(input.DistributionId, call)
    const { paths, reference } = checked(input.InvalidationBatch)
    const before = of(distribution.id, call).find(one => one.reference === reference)
    if (before && before.paths.join('\n') !== paths.join('\n'))
      throw invalidArgument('Your request contains a caller reference that was used for a previous batch.')
    if (!before) checkProgress([...inProgress(distribution.id, call), ...paths])
    const row: Invalidation = before ?? {
      id: freshId('I'),
      distribution: distribution.id,
      reference,
      paths,
      createdAt: call.now,
      completedAt: call.now + call.delay(COMPLETE_MS),
    }
    invalidations(call).set(row.id, row)
    return {
      Location: `https://cloudfront.amazonaws.com/2020-05-31/distribution/${distribution.id}/invalidation/${row.id}`,
      Invalidation: shown(row, call),
    }
  },

  GetInvalidation: (input, call) => {
    const { id } = distributionAt(input.DistributionId, call)
    const row = of(id, call).find(one => one.id === input.Id)
    if (!row) throw notThere('NoSuchInvalidation', 'invalidation')
    return { Invalidation: shown(row, call) }
  },

  ListInvalidations: (input, call) => {
    const { id } = distributionAt(input.DistributionId, call)
    const all = of(id, call).sort((a, b) => b.createdAt - a.createdAt)
    const { items, max, next } = page(all, one => one.id, input)
    return {
      InvalidationList: {
        Marker: input.Marker ?? '',
        NextMarker: next,
        MaxItems: max,
        IsTruncated: next !== undefined,
        ...listed(
          items.map(row => ({
            Id: row.id,
            CreateTime: new Date(row.createdAt),
            Status: statusOf(row, call),
          })),
        ),
      },
    }
  },
} satisfies Service<typeof CloudFront>

const of = (distribution: string, call: Call): Invalidation[] =>
  invalidations(call)
    .values()
    .filter(row => row.distribution === distribution)

const inProgress = (distribution: string, call: Call): string[] =>
  of(distribution, call)
    .filter(({ completedAt }) => completedAt > call.now)
    .flatMap(({ paths }) => paths)

/** "Concurrent invalidation request maximum": so many paths of a distribution may be in progress at one time. */
const checkProgress = (paths: readonly string[]): void => {
  const wildcards = paths.filter(path => path.endsWith('*')).length
  if (wildcards <= 15 && paths.length - wildcards <= 3000) return
  throw new AwsError(
    'TooManyInvalidationsInProgress',
    'You have exceeded the maximum number of allowable InProgress invalidation batch requests, or invalidation objects.',
    { status: 400 },
  )
}

const checked = (batch: CloudFront.InvalidationBatch | undefined): { paths: string[]; reference: string } => {
  checkQuantities(batch)
  const paths = batch?.Paths?.Items ?? []
  if (!batch?.CallerReference) throw invalidArgument('The parameter CallerReference is required.')
  if (paths.length === 0) throw invalidArgument('Your request does not contain any paths.')
  if (paths.length > 3000)
    throw new AwsError('BatchTooLarge', 'Invalidation batch specified is too large.', { status: 413 })
  if (!paths.every(isInvalidationPath))
    throw invalidArgument('Your request contains one or more invalid invalidation paths.')
  return { paths, reference: batch.CallerReference }
}

const statusOf = ({ completedAt }: Invalidation, call: Call): string =>
  completedAt > call.now ? 'InProgress' : 'Completed'

const shown = (row: Invalidation, call: Call): CloudFront.Invalidation => ({
  Id: row.id,
  Status: statusOf(row, call),
  CreateTime: new Date(row.createdAt),
  InvalidationBatch: { CallerReference: row.reference, Paths: listed(row.paths) },
})
