import type { Api } from '@aws-sdk/client-apigatewayv2'
import { AwsError, type Call } from '../../service.ts'
import { forgetTags, putTags, tagFault, tagsOf } from '../../tags.ts'
import { checkedCors } from './cors.ts'
import {
  type ApiRow,
  type ApiService,
  apiNamed,
  apisOf,
  arnOf,
  authorizersOf,
  badRequest,
  deployByItself,
  deploymentsOf,
  integrationsOf,
  mappingsOf,
  newId,
  pageOf,
  routesOf,
  stagesOf,
} from './rows.ts'

const ROUTE_SELECTION = '${request.method} ${request.path}'

export const checkedTags = (tags: Record<string, string>, held: Record<string, string> = {}) => {
  const fault = tagFault(tags, held)
  if (fault) throw badRequest(fault)
  return tags
}

/** The endpoint is a loopback port, so that the API can really be called; in AWS it is execute-api's host. */
const tell = (call: Call, row: ApiRow): Api => ({
  // Read when the answer is written: by then a new API listens, maybe at another port than the first one tried.
  get ApiEndpoint() {
    return `http://127.0.0.1:${call.port(row.id)}`
  },
  ApiId: row.id,
  ApiKeySelectionExpression: '$request.header.x-api-key',
  ...(row.cors && { CorsConfiguration: row.cors }),
  CreatedDate: new Date(row.createdAt),
  ...(row.description !== null && { Description: row.description }),
  ...(row.version !== null && { Version: row.version }),
  DisableExecuteApiEndpoint: row.endpointDisabled,
  IpAddressType: 'ipv4',
  Name: row.name,
  ProtocolType: 'HTTP',
  RouteSelectionExpression: row.routeSelection,
  Tags: tagsOf(call, arnOf(call, `/apis/${row.id}`)),
})

const checkName = (name: string | undefined): string => {
  if (name === undefined || name.length < 1 || name.length > 128)
    throw badRequest('API name must be between 1 and 128 characters')
  return name
}

export const apis = {
  CreateApi: (input, call) => {
    if (input.ProtocolType !== 'HTTP' || input.Target !== undefined || input.RouteKey !== undefined)
      throw new AwsError('NotImplemented', 'The embedded AWS has no WebSocket APIs and no quick create', {
        status: 501,
      })
    const tags = checkedTags(input.Tags ?? {})
    const row: ApiRow = {
      id: newId(),
      name: checkName(input.Name),
      description: input.Description ?? null,
      version: input.Version ?? null,
      cors: input.CorsConfiguration ? checkedCors(input.CorsConfiguration) : null,
      endpointDisabled: input.DisableExecuteApiEndpoint ?? false,
      routeSelection: input.RouteSelectionExpression ?? ROUTE_SELECTION,
      createdAt: call.now,
    }
    if (row.routeSelection !== ROUTE_SELECTION)
      throw badRequest(`Route selection expression must be ${ROUTE_SELECTION} for HTTP APIs`)
    apisOf(call).set(row.id, row)
    putTags(call, arnOf(call, `/apis/${row.id}`), tags)
    return tell(call, row)
  },

  GetApi: (input, call) => tell(call, apiNamed(call, input.ApiId)),

  GetApis: (input, call) =>
    pageOf(
      apisOf(call)
        .values()
        .sort((one, two) => one.createdAt - two.createdAt)
        .map(row => tell(call, row)),
      input,
    ),

  UpdateApi: (input, call) => {
    const row = apiNamed(call, input.ApiId)
    const cors = input.CorsConfiguration ? checkedCors(input.CorsConfiguration) : {}
    const next: ApiRow = {
      ...row,
      name: input.Name === undefined ? row.name : checkName(input.Name),
      description: input.Description ?? row.description,
      version: input.Version ?? row.version,
      // An empty configuration takes nothing away: that is DeleteCorsConfiguration's.
      cors: Object.keys(cors).length > 0 ? cors : row.cors,
      endpointDisabled: input.DisableExecuteApiEndpoint ?? row.endpointDisabled,
    }
    apisOf(call).set(row.id, next)
    deployByItself(call, row.id)
    return tell(call, next)
  },

  DeleteCorsConfiguration: (input, call) => {
    const row = apiNamed(call, input.ApiId)
    apisOf(call).set(row.id, { ...row, cors: null })
    deployByItself(call, row.id)
    return {}
  },

  DeleteApi: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    if (
      mappingsOf(call)
        .values()
        .some(mapping => mapping.ApiId === id)
    )
      throw badRequest(
        'Deleting API failed. Please remove all API mappings related to the API in your domain names.',
      )
    for (const stage of stagesOf(call, id).values())
      forgetTags(call, arnOf(call, `/apis/${id}/stages/${stage.name}`))
    for (const table of [stagesOf, routesOf, integrationsOf, authorizersOf, deploymentsOf])
      for (const [key] of table(call, id).entries()) table(call, id).delete(key)
    apisOf(call).delete(id)
    forgetTags(call, arnOf(call, `/apis/${id}`))
    return {}
  },
} satisfies ApiService
