import type { ImageTagMutabilityExclusionFilter } from '@aws-sdk/client-ecr'
import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `repositories`, keyed by name. Times in epoch milliseconds. */
export interface Repository {
  name: string
  arn: string
  createdAt: number
  mutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION'
  exclusions: ImageTagMutabilityExclusionFilter[]
  scanOnPush: boolean
  encryption: { encryptionType: 'AES256' | 'KMS' | 'KMS_DSSE'; kmsKey?: string }
  /** Minified, as ECR gives it back. */
  lifecyclePolicy: string | null
  lifecycleSetAt: number | null
  policy: string | null
}

export const repositoryTable = (call: Call): Table<Repository> =>
  call.table<Repository>('repositories', { service: 'ecr' })

export const invalid = (parameter: string, reason: string): AwsError =>
  new AwsError(
    'InvalidParameterException',
    `Invalid parameter at '${parameter}' failed to satisfy constraint: '${reason}'`,
  )

/** How ECR names the place in its messages. */
export const placeOf = (call: Call, name: string): string =>
  `repository with name '${name}' in the registry with id '${call.account}'`

/** Throws RepositoryNotFoundException. Registries of other accounts are not here. */
export const repositoryOf = (call: Call, name = '', registryId = call.account): Repository => {
  const found = registryId === call.account ? repositoryTable(call).get(name) : undefined
  if (!found)
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
    )
  return found
}

export const immutableTag = ({ name }: Repository, tag: string): AwsError =>
  new AwsError(
    'ImageTagAlreadyExistsException',
    `The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the tag is immutable.`,
  )

/** By which name a region's registry has its port. */
export const registryPortId = (region: string): string => `ecr:${region}`

/** The region of such a name; undefined for the name of anything else. */
export const registryRegion = (portId: string): string | undefined => /^ecr:(.+)$/.exec(portId)?.[1]

/**
 * Host and port of the region's registry. In AWS it is `<account>.dkr.ecr.<region>.amazonaws.com`; a registry on
 * loopback can be pushed to without TLS or DNS.
 */
export const registryHost = (call: Call): string => `127.0.0.1:${call.port(registryPortId(call.region))}`
