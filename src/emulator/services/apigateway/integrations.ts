import type { CreateIntegrationRequest, Integration } from '@aws-sdk/client-apigatewayv2'
import type { Call } from '../../service.ts'
import {
  type ApiService,
  apiNamed,
  badRequest,
  conflict,
  deployByItself,
  type IntegrationRow,
  integrationsOf,
  need,
  newId,
  pageOf,
  patchedMap,
  routesOf,
} from './rows.ts'

type Sent = Partial<CreateIntegrationRequest>

/** What HTTP APIs know; the rest of the members belongs to WebSocket APIs. */
const checked = (held: Integration, sent: Sent): Integration => {
  const type = sent.IntegrationType ?? held.IntegrationType
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY')
    throw badRequest('HTTP APIs support the integration types AWS_PROXY and HTTP_PROXY only')
  const method =
    sent.IntegrationMethod ?? held.IntegrationMethod ?? (type === 'AWS_PROXY' ? 'POST' : undefined)
  if (method === undefined) throw badRequest('HttpMethod must be set for HTTP_PROXY integrations')
  const uri = sent.IntegrationUri ?? held.IntegrationUri
  if (uri === undefined) throw badRequest('IntegrationUri must be set')
  const payload = sent.PayloadFormatVersion ?? held.PayloadFormatVersion ?? '1.0'
  if (type === 'HTTP_PROXY' && payload !== '1.0')
    throw badRequest('HTTP_PROXY integrations support payload format version 1.0 only')
  if (payload !== '1.0' && payload !== '2.0')
    throw badRequest(`Unsupported payload format version ${payload}: must be 1.0 or 2.0`)
  const timeout = sent.TimeoutInMillis ?? held.TimeoutInMillis ?? 30_000
  if (timeout < 50 || timeout > 30_000) throw badRequest('TimeoutInMillis must be between 50 and 30000')
  const parameters = patchedMap(held.RequestParameters ?? {}, sent.RequestParameters)
  const description = sent.Description ?? held.Description
  const credentials = sent.CredentialsArn ?? held.CredentialsArn
  return {
    ConnectionType: sent.ConnectionType ?? held.ConnectionType ?? 'INTERNET',
    ...(credentials !== undefined && { CredentialsArn: credentials }),
    ...(description !== undefined && { Description: description }),
    IntegrationMethod: method,
    IntegrationType: type,
    IntegrationUri: uri,
    PayloadFormatVersion: payload,
    ...(Object.keys(parameters).length > 0 && { RequestParameters: parameters }),
    TimeoutInMillis: timeout,
  }
}

const keep = (call: Call, api: string, row: IntegrationRow): IntegrationRow => {
  integrationsOf(call, api).set(row.IntegrationId, row)
  deployByItself(call, api)
  return row
}

export const integrations = {
  CreateIntegration: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return keep(call, id, { ...checked({}, input), IntegrationId: newId().slice(0, 7) })
  },

  GetIntegration: (input, call) =>
    need(integrationsOf(call, apiNamed(call, input.ApiId).id), input.IntegrationId, 'Integration'),

  GetIntegrations: (input, call) =>
    pageOf(integrationsOf(call, apiNamed(call, input.ApiId).id).values(), input),

  UpdateIntegration: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const held = need(integrationsOf(call, id), input.IntegrationId, 'Integration')
    return keep(call, id, { ...checked(held, input), IntegrationId: held.IntegrationId })
  },

  DeleteIntegration: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const { IntegrationId } = need(integrationsOf(call, id), input.IntegrationId, 'Integration')
    const user = routesOf(call, id)
      .values()
      .find(route => route.Target === `integrations/${IntegrationId}`)
    if (user)
      throw conflict(
        `Cannot delete Integration '${IntegrationId}' because it is referenced by route '${user.RouteKey}'`,
      )
    integrationsOf(call, id).delete(IntegrationId)
    deployByItself(call, id)
    return {}
  },
} satisfies ApiService
