import type * as ECR from '@aws-sdk/client-ecr'
import { AwsError, type Call, type Service } from '../../service.ts'
import { minifiedLifecycle } from './lifecycle.ts'
import { invalid, placeOf, type Repository, repositoryOf, repositoryTable } from './repository.ts'

export const policies = {
  PutLifecyclePolicy: ({ repositoryName, registryId, lifecyclePolicyText = '' }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const text = minifiedLifecycle(lifecyclePolicyText)
    repositoryTable(call).set(repository.name, {
      ...repository,
      lifecyclePolicy: text,
      lifecycleSetAt: call.now,
    })
    return { ...named(call, repository), lifecyclePolicyText: text }
  },

  GetLifecyclePolicy: ({ repositoryName, registryId }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    return {
      ...named(call, repository),
      lifecyclePolicyText: lifecycleOf(call, repository),
      lastEvaluatedAt: new Date(repository.lifecycleSetAt ?? 0),
    }
  },

  DeleteLifecyclePolicy: ({ repositoryName, registryId }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const text = lifecycleOf(call, repository)
    repositoryTable(call).set(repository.name, { ...repository, lifecyclePolicy: null, lifecycleSetAt: null })
    return { ...named(call, repository), lifecyclePolicyText: text }
  },

  SetRepositoryPolicy: ({ repositoryName, registryId, policyText = '' }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    demandPolicy(policyText)
    repositoryTable(call).set(repository.name, { ...repository, policy: policyText })
    return { ...named(call, repository), policyText }
  },

  GetRepositoryPolicy: ({ repositoryName, registryId }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    return { ...named(call, repository), policyText: policyOf(call, repository) }
  },

  DeleteRepositoryPolicy: ({ repositoryName, registryId }, call) => {
    const repository = repositoryOf(call, repositoryName, registryId)
    const policyText = policyOf(call, repository)
    repositoryTable(call).set(repository.name, { ...repository, policy: null })
    return { ...named(call, repository), policyText }
  },
} satisfies Service<typeof ECR>

const named = (call: Call, { name }: Repository) => ({ registryId: call.account, repositoryName: name })

const lifecycleOf = (call: Call, { name, lifecyclePolicy }: Repository): string => {
  if (lifecyclePolicy === null)
    throw new AwsError(
      'LifecyclePolicyNotFoundException',
      `Lifecycle policy does not exist for the ${placeOf(call, name)}`,
    )
  return lifecyclePolicy
}

const policyOf = (call: Call, { name, policy }: Repository): string => {
  if (policy === null)
    throw new AwsError(
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for the ${placeOf(call, name)}`,
    )
  return policy
}

const demandPolicy = (text: string): void => {
  const refuse = () => invalid('PolicyText', 'Invalid repository policy provided')
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    throw refuse()
  }
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) throw refuse()
}
