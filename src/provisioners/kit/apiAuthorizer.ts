import {
  CreateAuthorizerCommand,
  DeleteAuthorizerCommand,
  GetAuthorizerCommand,
  type Route,
  UpdateAuthorizerCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2'
import type { Aws } from '../../resource.ts'
import { apiGateway, authorizersOf, routesOf } from './apiGateway.ts'
import { AUTHORIZER } from './apiRoutes.ts'

export interface ApiAuthorizer {
  issuer: string
  audience: string[]
}

/** The authorizer that `routes` ask; one that no route asks guards nothing. */
export const authorizerIn = async (
  aws: Aws,
  ApiId: string,
  routes: readonly Route[],
): Promise<ApiAuthorizer | null> => {
  const AuthorizerId = routes.find(route => route.AuthorizerId)?.AuthorizerId
  if (AuthorizerId === undefined) return null
  const { JwtConfiguration } = await apiGateway(aws).send(new GetAuthorizerCommand({ ApiId, AuthorizerId }))
  return { issuer: JwtConfiguration?.Issuer ?? '', audience: [...(JwtConfiguration?.Audience ?? [])].sort() }
}

/** Makes or changes the authorizer; null takes it off its routes first, since API Gateway refuses to delete what is in use. */
export const writeAuthorizer = async (aws: Aws, ApiId: string, want: ApiAuthorizer | null): Promise<void> => {
  const client = apiGateway(aws)
  const held = (await authorizersOf(aws, ApiId)).find(({ Name }) => Name === AUTHORIZER)
  const AuthorizerId = held?.AuthorizerId
  if (want !== null) {
    const authorizer = {
      ApiId,
      Name: AUTHORIZER,
      AuthorizerType: 'JWT' as const,
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: want.issuer, Audience: want.audience },
    }
    if (AuthorizerId === undefined) await client.send(new CreateAuthorizerCommand(authorizer))
    else await client.send(new UpdateAuthorizerCommand({ ...authorizer, AuthorizerId }))
    return
  }
  if (AuthorizerId === undefined) return
  for (const route of await routesOf(aws, ApiId))
    if (route.AuthorizerId === AuthorizerId)
      await client.send(
        new UpdateRouteCommand({
          ApiId,
          RouteId: route.RouteId,
          AuthorizationType: 'NONE',
          AuthorizerId: '',
        }),
      )
  await client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }))
}
