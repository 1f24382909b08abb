import type * as ECS from '@aws-sdk/client-ecs'
import { AwsError } from '../../service.ts'
import type { Cluster } from './cluster.ts'

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message)

/** Throws InvalidParameterException; absent settings are ECS's defaults. */
export const settingsOf = (settings: readonly ECS.ClusterSetting[] | undefined): ECS.ClusterSetting[] => {
  for (const { name, value } of settings ?? []) {
    if (name !== 'containerInsights') throw invalid(`Invalid cluster setting: ${name}`)
    if (!['enabled', 'disabled', 'enhanced'].includes(value ?? ''))
      throw invalid(`Invalid value for cluster setting containerInsights: ${value}`)
  }
  return settings?.length ? [...settings] : [{ name: 'containerInsights', value: 'disabled' }]
}

/** Throws InvalidParameterException for a provider that is not there, or a strategy beyond the providers. */
export const capacityOf = (
  providers: readonly string[] = [],
  strategy: readonly ECS.CapacityProviderStrategyItem[] = [],
): Pick<Cluster, 'capacityProviders' | 'strategy'> => {
  const unknown = providers.find(provider => !['FARGATE', 'FARGATE_SPOT'].includes(provider))
  if (unknown !== undefined)
    throw invalid('The specified capacity provider was not found. Specify a valid name or ARN and try again.')
  const stray = strategy.find(({ capacityProvider }) => !providers.includes(capacityProvider ?? ''))
  if (stray)
    throw invalid(
      'The specified capacity provider strategy contains a capacity provider that is not associated with the cluster.',
    )
  return {
    capacityProviders: [...new Set(providers)],
    strategy: strategy.map(item => ({ ...item, weight: item.weight ?? 0, base: item.base ?? 0 })),
  }
}
