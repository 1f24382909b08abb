import type { CreateStageRequest, Deployment, RouteSettings, Stage } from '@aws-sdk/client-apigatewayv2'
import type { Call } from '../../service.ts'
import { forgetTags, putTags, tagsOf } from '../../tags.ts'
import { checkedTags } from './apis.ts'
import {
  type ApiService,
  apiNamed,
  arnOf,
  badRequest,
  conflict,
  type DeploymentRow,
  deployByItself,
  deploymentsOf,
  integrationsOf,
  mappingsOf,
  need,
  newId,
  notFound,
  pageOf,
  patchedMap,
  routesOf,
  type StageRow,
  stagesOf,
} from './rows.ts'

/**
 * The throttling trap: settings that name anything but not both limits get 0 for what is missing, and 0 refuses
 * every request.
 */
const trapped = (sent: RouteSettings): RouteSettings =>
  Object.values(sent).every(value => value === undefined)
    ? { DetailedMetricsEnabled: false }
    : {
        ...sent,
        DetailedMetricsEnabled: sent.DetailedMetricsEnabled ?? false,
        ThrottlingBurstLimit: sent.ThrottlingBurstLimit ?? 0,
        ThrottlingRateLimit: sent.ThrottlingRateLimit ?? 0,
      }

const arn = (call: Call, api: string, stage: string) => arnOf(call, `/apis/${api}/stages/${stage}`)

const tell = (call: Call, api: string, row: StageRow): Stage => ({
  ...(row.accessLog && { AccessLogSettings: row.accessLog }),
  AutoDeploy: row.autoDeploy,
  CreatedDate: new Date(row.createdAt),
  DefaultRouteSettings: row.defaults,
  ...(row.deployment !== null && { DeploymentId: row.deployment }),
  ...(row.description !== null && { Description: row.description }),
  ...(row.autoDeploy &&
    row.deployment !== null && {
      LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${row.deployment}'`,
    }),
  LastUpdatedDate: new Date(row.updatedAt),
  RouteSettings: row.routeSettings,
  StageName: row.name,
  StageVariables: row.variables,
  Tags: tagsOf(call, arn(call, api, row.name)),
})

const changed = (call: Call, api: string, held: StageRow, sent: Partial<CreateStageRequest>): StageRow => {
  const keys = routesOf(call, api)
    .values()
    .map(route => route.RouteKey)
  for (const key of Object.keys(sent.RouteSettings ?? {}))
    if (!keys.includes(key))
      throw notFound(`Unable to find Route by key ${key} within the provided RouteSettings`)
  const autoDeploy = sent.AutoDeploy ?? held.autoDeploy
  if (sent.DeploymentId !== undefined) {
    if (autoDeploy)
      throw badRequest('Deployment ID cannot be set manually on a stage with autoDeploy enabled')
    need(deploymentsOf(call, api), sent.DeploymentId, 'Deployment')
  }
  const log = sent.AccessLogSettings
  if (log?.DestinationArn && !log.Format?.includes('$context.requestId'))
    throw badRequest('Access log format must contain $context.requestId or $context.extendedRequestId')
  return {
    ...held,
    description: sent.Description ?? held.description,
    autoDeploy,
    deployment: sent.DeploymentId ?? held.deployment,
    defaults: sent.DefaultRouteSettings ? trapped(sent.DefaultRouteSettings) : held.defaults,
    routeSettings: {
      ...held.routeSettings,
      ...Object.fromEntries(
        Object.entries(sent.RouteSettings ?? {}).map(([key, value]) => [key, trapped(value)]),
      ),
    },
    variables: patchedMap(held.variables, sent.StageVariables),
    accessLog: log
      ? { ...log, ...(log.DestinationArn && { DestinationArn: log.DestinationArn.replace(/:\*$/, '') }) }
      : held.accessLog,
    updatedAt: call.now,
  }
}

const keep = (call: Call, api: string, row: StageRow): Stage => {
  stagesOf(call, api).set(row.name, row)
  deployByItself(call, api)
  return tell(call, api, need(stagesOf(call, api), row.name, 'stage'))
}

const tellDeployment = (row: DeploymentRow): Deployment => ({
  AutoDeployed: row.auto,
  CreatedDate: new Date(row.createdAt),
  DeploymentId: row.id,
  DeploymentStatus: 'DEPLOYED',
  ...(row.description !== null && { Description: row.description }),
})

export const stages = {
  CreateStage: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const name = input.StageName ?? ''
    if (!/^(\$default|[\w-]{1,128})$/.test(name))
      throw badRequest('Stage name only allows a-zA-Z0-9_- and must be between 1 and 128 characters')
    if (stagesOf(call, id).has(name)) throw conflict('Stage already exists')
    const tags = checkedTags(input.Tags ?? {})
    const row = changed(
      call,
      id,
      {
        name,
        description: null,
        autoDeploy: false,
        deployment: null,
        defaults: { DetailedMetricsEnabled: false },
        routeSettings: {},
        variables: {},
        accessLog: null,
        createdAt: call.now,
        updatedAt: call.now,
      },
      input,
    )
    putTags(call, arn(call, id, name), tags)
    return keep(call, id, row)
  },

  GetStage: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return tell(call, id, need(stagesOf(call, id), input.StageName, 'stage'))
  },

  GetStages: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return pageOf(
      stagesOf(call, id)
        .values()
        .map(row => tell(call, id, row)),
      input,
    )
  },

  UpdateStage: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    return keep(call, id, changed(call, id, need(stagesOf(call, id), input.StageName, 'stage'), input))
  },

  DeleteStage: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const { name } = need(stagesOf(call, id), input.StageName, 'stage')
    if (
      mappingsOf(call)
        .values()
        .some(mapping => mapping.ApiId === id && mapping.Stage === name)
    )
      throw badRequest(
        'Deleting stage failed. Please remove all API mappings related to the stage in your domain names.',
      )
    stagesOf(call, id).delete(name)
    forgetTags(call, arn(call, id, name))
    return {}
  },

  DeleteRouteSettings: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const stage = need(stagesOf(call, id), input.StageName, 'stage')
    const { [input.RouteKey ?? '']: gone, ...routeSettings } = stage.routeSettings
    if (gone === undefined) throw notFound('Invalid RouteSettings identifier specified')
    keep(call, id, { ...stage, routeSettings })
    return {}
  },

  DeleteAccessLogSettings: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    keep(call, id, { ...need(stagesOf(call, id), input.StageName, 'stage'), accessLog: null })
    return {}
  },

  CreateDeployment: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const routes = routesOf(call, id).values()
    if (routes.length === 0) throw badRequest('At least one route is required before deploying the Api.')
    const stage = input.StageName === undefined ? null : need(stagesOf(call, id), input.StageName, 'stage')
    if (stage?.autoDeploy)
      throw badRequest(`Cannot deploy to stage '${stage.name}': autoDeploy is enabled for it`)
    const row: DeploymentRow = {
      id: newId().slice(0, 6),
      createdAt: call.now,
      description: input.Description ?? null,
      auto: false,
      frozen: { routes, integrations: integrationsOf(call, id).values() },
    }
    deploymentsOf(call, id).set(row.id, row)
    if (stage) stagesOf(call, id).set(stage.name, { ...stage, deployment: row.id, updatedAt: call.now })
    return tellDeployment(row)
  },

  GetDeployment: (input, call) =>
    tellDeployment(
      need(deploymentsOf(call, apiNamed(call, input.ApiId).id), input.DeploymentId, 'Deployment'),
    ),

  GetDeployments: (input, call) =>
    pageOf(deploymentsOf(call, apiNamed(call, input.ApiId).id).values().map(tellDeployment), input),

  DeleteDeployment: (input, call) => {
    const { id } = apiNamed(call, input.ApiId)
    const row = need(deploymentsOf(call, id), input.DeploymentId, 'Deployment')
    if (
      stagesOf(call, id)
        .values()
        .some(stage => stage.deployment === row.id)
    )
      throw badRequest('Active stages pointing to this deployment must be moved or deleted')
    deploymentsOf(call, id).delete(row.id)
    return {}
  },
} satisfies ApiService
