import {
  CreateIntegrationCommand,
  CreateRouteCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  type Integration,
  type Route,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2'
import type { Aws } from '../../resource.ts'
import { apiGateway, authorizersOf, integrationsOf, routesOf } from './apiGateway.ts'

export interface ApiRoute {
  key: string
  function: string
  authorized: boolean
}

export const AUTHORIZER = 'storyarch'

const PAYLOAD = '2.0'
const INVOKE_PATH = /functions\/(arn:[^/]+)\/invocations$/

/** The function an integration calls; one that speaks another payload than 2.0 does not count as calling it. */
const functionIn = (integration: Integration | undefined): string => {
  const uri = integration?.IntegrationUri ?? ''
  const lambda = INVOKE_PATH.exec(uri)?.[1] ?? uri
  const version = integration?.PayloadFormatVersion ?? '1.0'
  return integration?.IntegrationType === 'AWS_PROXY' && version === PAYLOAD
    ? lambda
    : `${lambda} (${integration?.IntegrationType ?? 'nothing'}, payload ${version})`
}

const idIn = (target: string | undefined): string => (target ?? '').replace('integrations/', '')

export const routesIn = (routes: readonly Route[], integrations: readonly Integration[]): ApiRoute[] =>
  routes.map(({ RouteKey = '', Target, AuthorizationType }) => ({
    key: RouteKey,
    function: functionIn(integrations.find(({ IntegrationId }) => IntegrationId === idIn(Target))),
    authorized: AuthorizationType === 'JWT',
  }))

/**
 * Makes the API's routes as wished. One integration per function is derived; a route goes before the integration it
 * used, since API Gateway refuses to delete what is in use.
 */
export const writeRoutes = async (aws: Aws, ApiId: string, want: readonly ApiRoute[]): Promise<void> => {
  const client = apiGateway(aws)
  const [routes, integrations, authorizers] = await Promise.all([
    routesOf(aws, ApiId),
    integrationsOf(aws, ApiId),
    want.some(({ authorized }) => authorized) ? authorizersOf(aws, ApiId) : [],
  ])
  const AuthorizerId = authorizers.find(({ Name }) => Name === AUTHORIZER)?.AuthorizerId
  const functions = [...new Set(want.map(route => route.function))]
  const targets = new Map(
    await Promise.all(
      functions.map(async lambda => {
        const known = integrations.find(integration => functionIn(integration) === lambda)
        return [lambda, known?.IntegrationId ?? (await integrate(aws, ApiId, lambda))] as const
      }),
    ),
  )
  await Promise.all(
    want.map(({ key, function: lambda, authorized }) => {
      const route = {
        ApiId,
        RouteKey: key,
        Target: `integrations/${targets.get(lambda)}`,
        AuthorizationType: authorized ? ('JWT' as const) : ('NONE' as const),
      }
      // Empty takes it off.
      const authorizer = authorized ? (AuthorizerId ?? '') : ''
      const held = routes.find(({ RouteKey }) => RouteKey === key)
      if (held === undefined)
        return client.send(new CreateRouteCommand({ ...route, AuthorizerId: authorizer || undefined }))
      const same = held.Target === route.Target && held.AuthorizationType === route.AuthorizationType
      return same && (held.AuthorizerId ?? '') === authorizer
        ? undefined
        : client.send(new UpdateRouteCommand({ ...route, RouteId: held.RouteId, AuthorizerId: authorizer }))
    }),
  )
  await Promise.all(
    routes
      .filter(({ RouteKey }) => !want.some(({ key }) => key === RouteKey))
      .map(({ RouteId }) => client.send(new DeleteRouteCommand({ ApiId, RouteId }))),
  )
  const used = new Set(targets.values())
  await Promise.all(
    integrations
      .filter(({ IntegrationId = '' }) => !used.has(IntegrationId))
      .map(({ IntegrationId }) => client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }))),
  )
}

const integrate = async (aws: Aws, ApiId: string, lambda: string): Promise<string> => {
  const { IntegrationId = '' } = await apiGateway(aws).send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: lambda,
      PayloadFormatVersion: PAYLOAD,
    }),
  )
  return IntegrationId
}
