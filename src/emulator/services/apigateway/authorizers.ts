import type { Authorizer, CreateAuthorizerRequest } from '@aws-sdk/client-apigatewayv2'
import { AwsError, type Call } from '../../service.ts'
import {
  type ApiService,
  type AuthorizerRow,
  apiNamed,
  authorizersOf,
  badRequest,
  conflict,
  deployByItself,
  need,
  newId,
  pageOf,
  routesOf,
} from './rows.ts'

const checked = (held: Partial<Authorizer>, sent: Partial<CreateAuthorizerRequest>): Authorizer => {
  const AuthorizerType = sent.AuthorizerType ?? held.AuthorizerType
  if (AuthorizerType === 'REQUEST')
    throw new AwsError('NotImplemented', 'The embedded AWS has JWT authorizers only', { status: 501 })
  const IdentitySource = sent.IdentitySource ?? held.IdentitySource ?? []
  if (IdentitySource.length !== 1 || !/^\$request\.(header|querystring)\.\S+$/.test(IdentitySource[0] ?? ''))
    throw badRequest(
      'Invalid identity source specified: a JWT authorizer has exactly one selection expression',
    )
  const { Issuer, Audience = [] } = sent.JwtConfiguration ?? held.JwtConfiguration ?? {}
  if (Issuer === undefined || !/^https?:\/\//.test(Issuer))
    throw badRequest('Invalid issuer: Issuer must be a valid URL')
  const Name = sent.Name ?? held.Name
  if (!Name) throw badRequest('Authorizer name must not be empty')
  return {
    AuthorizerType: 'JWT',
    IdentitySource,
    JwtConfiguration: { Audience, Issuer },
    Name,
  }
}

const keep = (call: Call, api: string, row: AuthorizerRow): AuthorizerRow => {
  const twin = authorizersOf(call, api)
    .values()
    .find(other => other.Name === row.Name && other.AuthorizerId !== row.AuthorizerId)
  if (twin)
    throw badRequest(`Authorizer name must be unique. Authorizer ${row.Name} already exists in this API.`)
  authorizersOf(call, api).set(row.AuthorizerId, row)
  deployByItself(call, api)
  return row
}

export const authorizers = {
  CreateAuthorizer: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return keep(call, id, { ...checked({}, input), AuthorizerId: newId().slice(0, 6) })
  },

  GetAuthorizer: (input, call) =>
    need(authorizersOf(call, apiNamed(call, input.ApiId).id), input.AuthorizerId, 'Authorizer'),

  GetAuthorizers: (input, call) =>
    pageOf(authorizersOf(call, apiNamed(call, input.ApiId).id).values(), input),

  UpdateAuthorizer: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const held = need(authorizersOf(call, id), input.AuthorizerId, 'Authorizer')
    return keep(call, id, { ...checked(held, input), AuthorizerId: held.AuthorizerId })
  },

  DeleteAuthorizer: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const { AuthorizerId } = need(authorizersOf(call, id), input.AuthorizerId, 'Authorizer')
    const user = routesOf(call, id)
      .values()
      .find(route => route.AuthorizerId === AuthorizerId)
    if (user)
      throw conflict(`Cannot delete authorizer '${AuthorizerId}', is referenced in route: ${user.RouteKey}`)
    authorizersOf(call, id).delete(AuthorizerId)
    deployByItself(call, id)
    return {}
  },
} satisfies ApiService
