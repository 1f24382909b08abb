import type * as ECR from '@aws-sdk/client-ecr'
import { page } from '../../page.ts'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags, tagMap } from '../../tags.ts'
import { imagesOf, imageTable } from './image.ts'
import { layersIn, releaseLayers } from './layer.ts'
import { invalid, type Repository, registryHost, repositoryOf, repositoryTable } from './repository.ts'
import { demandTags } from './resourceTags.ts'
import { dropUploadsTo } from './upload.ts'

const NAME = /^(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/

export const repositories = {
  CreateRepository: (input, call) => {
    const name = input.repositoryName ?? ''
    if (!NAME.test(name))
      throw invalid(
        'repositoryName',
        "must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'",
      )
    const tags = tagMap(input.tags)
    demandTags(tags)
    if (repositoryTable(call).has(name))
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${call.account}'`,
      )
    const { encryptionType = 'AES256', kmsKey } = input.encryptionConfiguration ?? {}
    const repository: Repository = {
      name,
      arn: `arn:aws:ecr:${call.region}:${call.account}:repository/${name}`,
      createdAt: call.now,
      ...mutabilityOf(input.imageTagMutability, input.imageTagMutabilityExclusionFilters),
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      encryption: { encryptionType, ...(kmsKey ? { kmsKey } : {}) },
      lifecyclePolicy: null,
      lifecycleSetAt: null,
      policy: null,
    }
    repositoryTable(call).set(name, repository)
    putTags(call, repository.arn, tags)
    return { repository: shown(call, repository) }
  },

  DescribeRepositories: ({ repositoryNames, registryId, maxResults, nextToken }, call) => {
    const rows = repositoryNames?.length
      ? repositoryNames.map(name => repositoryOf(call, name, registryId))
      : repositoryTable(call).values()
    const { items, next } = page(rows, ({ name }) => name, { token: nextToken, size: maxResults ?? 100 })
    return { repositories: items.map(row => shown(call, row)), nextToken: next }
  },

  DeleteRepository: async ({ repositoryName, registryId, force }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const images = imagesOf(call, repository.name)
    if (images.length > 0 && !force)
      throw new AwsError(
        'RepositoryNotEmptyException',
        `The repository with name '${repository.name}' in registry with id '${call.account}' cannot be deleted because it still contains images`,
      )
    repositoryTable(call).delete(repository.name)
    forgetTags(call, repository.arn)
    dropUploadsTo(call, repository.name)
    for (const { digest } of images) imageTable(call).delete(`${repository.name}@${digest}`)
    await releaseLayers(
      call,
      repository.name,
      layersIn(call, repository.name).map(({ digest }) => digest),
    )
    return { repository: shown(call, repository) }
  },

  PutImageTagMutability: (input, call) => {
    const repository = repositoryOf(call, input.repositoryName, input.registryId)
    const wanted = mutabilityOf(input.imageTagMutability, input.imageTagMutabilityExclusionFilters)
    repositoryTable(call).set(repository.name, { ...repository, ...wanted })
    return {
      registryId: call.account,
      repositoryName: repository.name,
      imageTagMutability: wanted.mutability,
      imageTagMutabilityExclusionFilters: wanted.exclusions.length ? wanted.exclusions : undefined,
    }
  },

  PutImageScanningConfiguration: ({ repositoryName, registryId, imageScanningConfiguration }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const scanOnPush = imageScanningConfiguration?.scanOnPush ?? false
    repositoryTable(call).set(repository.name, { ...repository, scanOnPush })
    return {
      registryId: call.account,
      repositoryName: repository.name,
      imageScanningConfiguration: { scanOnPush },
    }
  },
} satisfies Service<typeof ECR>

const MUTABILITIES = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'] as const

const mutabilityOf = (
  wanted: string | undefined = 'MUTABLE',
  filters: readonly ECR.ImageTagMutabilityExclusionFilter[] = [],
): Pick<Repository, 'mutability' | 'exclusions'> => {
  const mutability = MUTABILITIES.find(value => value === wanted)
  if (!mutability)
    throw invalid('imageTagMutability', `Member must satisfy enum value set: [${MUTABILITIES.join(', ')}]`)
  const excludes = mutability.endsWith('_WITH_EXCLUSION')
  if (excludes !== filters.length > 0 || filters.length > 5)
    throw invalid(
      'imageTagMutabilityExclusionFilters',
      'one to five filters are required with an exclusion, and none without',
    )
  return { mutability, exclusions: [...filters] }
}

const shown = (call: Call, row: Repository): ECR.Repository => ({
  repositoryArn: row.arn,
  registryId: call.account,
  repositoryName: row.name,
  repositoryUri: `${registryHost(call)}/${row.name}`,
  createdAt: new Date(row.createdAt),
  imageTagMutability: row.mutability,
  imageTagMutabilityExclusionFilters: row.exclusions.length ? row.exclusions : undefined,
  imageScanningConfiguration: { scanOnPush: row.scanOnPush },
  encryptionConfiguration: row.encryption,
})
