import { DescribeRepositoriesCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { openRegistry, type Registry } from '../../artifacts/registry/registry.ts'
import type { Aws } from '../../resource.ts'

export interface EcrRegistry {
  readonly door: Registry
  readonly repository: string
}

/**
 * ECR's registry as pushes and pulls speak with it, logged in with a token of this session's credentials (ECR guide,
 * "Private registry authentication"). Throws RepositoryNotFoundException.
 */
export const ecrRegistry = async (
  aws: Aws,
  repository: string,
  signal: AbortSignal,
): Promise<EcrRegistry> => {
  const ecr = aws.client(ECRClient)
  const [{ authorizationData }, { repositories }] = await Promise.all([
    ecr.send(new GetAuthorizationTokenCommand()),
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] })),
  ])
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString('utf8')
  const colon = token.indexOf(':')
  const credentials = { username: token.slice(0, colon), password: token.slice(colon + 1) }
  const [host = ''] = (repositories?.[0]?.repositoryUri ?? '').split('/')
  return { door: openRegistry({ host, credentials, signal }), repository }
}
