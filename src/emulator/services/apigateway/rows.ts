import { randomBytes } from 'node:crypto'
import type * as ApiGateway from '@aws-sdk/client-apigatewayv2'
import { AwsError, type Call, type Service, type Table } from '../../service.ts'

export type ApiService = Service<typeof ApiGateway>

/** An API as kept; times are epoch milliseconds. */
export interface ApiRow {
  id: string
  name: string
  description: string | null
  version: string | null
  cors: ApiGateway.Cors | null
  endpointDisabled: boolean
  routeSelection: string
  createdAt: number
}

export type IntegrationRow = ApiGateway.Integration & { IntegrationId: string }
export type RouteRow = ApiGateway.Route & { RouteId: string; RouteKey: string }
export type AuthorizerRow = ApiGateway.Authorizer & { AuthorizerId: string }

/** What a deployment froze; null when a stage follows every change (AutoDeploy). */
export interface DeploymentRow {
  id: string
  createdAt: number
  description: string | null
  auto: boolean
  frozen: { routes: RouteRow[]; integrations: IntegrationRow[] } | null
}

export interface StageRow {
  name: string
  description: string | null
  autoDeploy: boolean
  deployment: string | null
  defaults: ApiGateway.RouteSettings
  routeSettings: Record<string, ApiGateway.RouteSettings>
  variables: Record<string, string>
  accessLog: ApiGateway.AccessLogSettings | null
  createdAt: number
  updatedAt: number
}

export interface DomainRow {
  name: string
  target: string
  certificate: string
  securityPolicy: ApiGateway.SecurityPolicy
  /** UPDATING until then. */
  availableAt: number
}

export type MappingRow = ApiGateway.ApiMapping & {
  ApiMappingId: string
  ApiId: string
  Stage: string
  domain: string
}

export const badRequest = (message: string): AwsError =>
  new AwsError('BadRequestException', message, { status: 400 })
export const conflict = (message: string): AwsError =>
  new AwsError('ConflictException', message, { status: 409 })
export const notFound = (message: string): AwsError =>
  new AwsError('NotFoundException', message, { status: 404, fields: { Message: message } })

/** Ten characters, as AWS makes them. */
export const newId = (): string =>
  [...randomBytes(10)].map(byte => 'abcdefghijklmnopqrstuvwxyz0123456789'[byte % 36]).join('')

export const apisOf = (call: Call): Table<ApiRow> => call.table<ApiRow>('apis')
export const domainsOf = (call: Call): Table<DomainRow> => call.table<DomainRow>('domains')
export const mappingsOf = (call: Call): Table<MappingRow> => call.table<MappingRow>('mappings')

export const integrationsOf = (call: Call, api: string) => call.table<IntegrationRow>(`integrations/${api}`)
export const routesOf = (call: Call, api: string) => call.table<RouteRow>(`routes/${api}`)
export const stagesOf = (call: Call, api: string) => call.table<StageRow>(`stages/${api}`)
export const authorizersOf = (call: Call, api: string) => call.table<AuthorizerRow>(`authorizers/${api}`)
export const deploymentsOf = (call: Call, api: string) => call.table<DeploymentRow>(`deployments/${api}`)

/** Throws NotFoundException naming what is not there. */
export const need = <T>(table: Table<T>, id: string | undefined, what: string): T => {
  const row = table.get(id ?? '')
  if (row === undefined) throw notFound(`Invalid ${what} identifier specified`)
  return row
}

export const apiNamed = (call: Call, id: string | undefined): ApiRow => {
  const row = apisOf(call).get(id ?? '')
  if (row === undefined) throw notFound(`Invalid API identifier specified ${call.account}:${id ?? ''}`)
  return row
}

/** ARNs here have no account. */
export const arnOf = (call: Call, path: string): string => `arn:aws:apigateway:${call.region}::${path}`

/** `held` with what was sent; an empty text takes the key away. */
export const patchedMap = (
  held: Record<string, string>,
  sent: Record<string, string> | undefined,
): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...held, ...sent }).filter(([, value]) => value !== ''))

/** One page of `rows`. `NextToken` is the position of the next one. */
export const pageOf = <T>(
  rows: readonly T[],
  input: { MaxResults?: string | undefined; NextToken?: string | undefined },
): { Items: T[]; NextToken?: string } => {
  const from = Number(input.NextToken ?? 0)
  const size = Number(input.MaxResults ?? 500)
  if (!(Number.isInteger(from) && Number.isInteger(size) && size > 0))
    throw badRequest('Invalid MaxResults or NextToken')
  const until = from + size
  return { Items: rows.slice(from, until), ...(until < rows.length && { NextToken: String(until) }) }
}

/** Something of the API changed: every stage that deploys by itself gets a new deployment. */
export const deployByItself = (call: Call, api: string): void => {
  for (const stage of stagesOf(call, api).values()) {
    if (!stage.autoDeploy) continue
    const id = newId().slice(0, 6)
    deploymentsOf(call, api).set(id, {
      id,
      createdAt: call.now,
      description: 'Automatic deployment triggered by changes to the Api configuration',
      auto: true,
      frozen: null,
    })
    stagesOf(call, api).set(stage.name, { ...stage, deployment: id, updatedAt: call.now })
  }
}
