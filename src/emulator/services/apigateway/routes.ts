import type { CreateRouteRequest, Route } from '@aws-sdk/client-apigatewayv2'
import type { Call } from '../../service.ts'
import {
  type ApiService,
  apiNamed,
  authorizersOf,
  badRequest,
  conflict,
  deployByItself,
  integrationsOf,
  need,
  newId,
  notFound,
  pageOf,
  type RouteRow,
  routesOf,
} from './rows.ts'

const KEY = /^(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|ANY) (\/.*)$/

const checkKey = (key: string | undefined): string => {
  if (key === '$default') return key
  const [, , path] = KEY.exec(key ?? '') ?? []
  if (key === undefined || path === undefined)
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    )
  const parts = path.slice(1).split('/')
  const greedy = parts.findIndex(part => /^\{.*\+\}$/.test(part))
  if (greedy !== -1 && greedy < parts.length - 1)
    throw badRequest('Greedy path variables can only be at the end of the path')
  if (parts.some(part => /[{}]/.test(part) && !/^\{[\w.-]+\+?\}$/.test(part)))
    throw badRequest(`Invalid path variable in route key ${key}`)
  return key
}

const checked = (call: Call, api: string, held: Partial<Route>, sent: Partial<CreateRouteRequest>): Route => {
  const RouteKey = sent.RouteKey === undefined && held.RouteKey ? held.RouteKey : checkKey(sent.RouteKey)
  const Target = sent.Target ?? held.Target
  const AuthorizationType = sent.AuthorizationType ?? held.AuthorizationType ?? 'NONE'
  const AuthorizerId = AuthorizationType === 'NONE' ? undefined : (sent.AuthorizerId ?? held.AuthorizerId)
  const scopes =
    AuthorizationType === 'JWT' ? (sent.AuthorizationScopes ?? held.AuthorizationScopes) : undefined
  if (Target !== undefined) {
    const [, integration] = /^integrations\/(\w+)$/.exec(Target) ?? []
    if (integration === undefined || !integrationsOf(call, api).has(integration))
      throw badRequest('Invalid integration target specified')
  }
  if (AuthorizationType === 'JWT' || AuthorizationType === 'CUSTOM') {
    if (AuthorizerId === undefined)
      throw badRequest(`AuthorizerId is required when authorizationType is ${AuthorizationType}`)
    if (!authorizersOf(call, api).has(AuthorizerId)) throw notFound('Invalid Authorizer identifier specified')
  }
  return {
    ApiKeyRequired: false,
    AuthorizationType,
    ...(AuthorizerId !== undefined && { AuthorizerId }),
    ...(scopes && scopes.length > 0 && { AuthorizationScopes: scopes }),
    ...((sent.OperationName ?? held.OperationName) !== undefined && {
      OperationName: sent.OperationName ?? held.OperationName,
    }),
    RouteKey,
    ...(Target !== undefined && { Target }),
  }
}

const keep = (call: Call, api: string, row: RouteRow): RouteRow => {
  const twin = routesOf(call, api)
    .values()
    .find(other => other.RouteKey === row.RouteKey && other.RouteId !== row.RouteId)
  if (twin) throw conflict(`Route with key ${row.RouteKey} already exists for this API`)
  routesOf(call, api).set(row.RouteId, row)
  deployByItself(call, api)
  return row
}

export const routes = {
  CreateRoute: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return keep(call, id, { ...checked(call, id, {}, input), RouteId: newId().slice(0, 7) } as RouteRow)
  },

  GetRoute: (input, call) => need(routesOf(call, apiNamed(call, input.ApiId).id), input.RouteId, 'Route'),

  GetRoutes: (input, call) => pageOf(routesOf(call, apiNamed(call, input.ApiId).id).values(), input),

  UpdateRoute: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const held = need(routesOf(call, id), input.RouteId, 'Route')
    return keep(call, id, { ...checked(call, id, held, input), RouteId: held.RouteId } as RouteRow)
  },

  DeleteRoute: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    routesOf(call, id).delete(need(routesOf(call, id), input.RouteId, 'Route').RouteId)
    deployByItself(call, id)
    return {}
  },
} satisfies ApiService
