import {
  type Api,
  type Cors,
  CreateApiCommand,
  CreateStageCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  DeleteStageCommand,
  GetStagesCommand,
  type Stage,
  UpdateApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2'
import type { Aws, Health, Outputs, Provisioner } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { type ApiAuthorizer, authorizerIn, writeAuthorizer } from './kit/apiAuthorizer.ts'
import {
  apiGateway,
  apiGatewayArn,
  apisOf,
  everyItem,
  integrationsOf,
  retagApiGateway,
  routesOf,
} from './kit/apiGateway.ts'
import { type ApiRoute, routesIn, writeRoutes } from './kit/apiRoutes.ts'
import { byJson } from './kit/byJson.ts'
import { prices } from './kit/prices.ts'

/** name: the API's; found by its tags, since names are not unique. */
export interface HttpApiProps {
  cors: { origins: string[]; methods: string[]; headers: string[]; maxAgeSeconds: number } | null
  /** The JWT authorizer named `storyarch`. */
  authorizer: ApiAuthorizer | null
  /** Lambda proxy routes, payload 2.0 (`ANY /start`). */
  routes: ApiRoute[]
  stage: { name: string; throttle: { rate: number; burst: number } }
}

export interface HttpApiOut extends Outputs {
  id: string
  arn: string
  /** `https://<id>.execute-api.<region>.amazonaws.com`; of the embedded AWS `http://127.0.0.1:<port>`. */
  endpoint: string
}

const GONE = 'NotFoundException'
const STACK = 'storyarch:stack'

const normal = ({ cors, authorizer, routes, stage }: HttpApiProps): HttpApiProps => ({
  cors:
    cors === null
      ? null
      : {
          ...cors,
          origins: [...cors.origins].sort(),
          methods: [...cors.methods].sort(),
          headers: cors.headers.map(header => header.toLowerCase()).sort(),
        },
  authorizer: authorizer === null ? null : { ...authorizer, audience: [...authorizer.audience].sort() },
  routes: byJson(routes),
  stage,
})

const corsIn = (cors: Cors | undefined): HttpApiProps['cors'] =>
  cors === undefined
    ? null
    : {
        origins: cors.AllowOrigins ?? [],
        methods: cors.AllowMethods ?? [],
        headers: cors.AllowHeaders ?? [],
        maxAgeSeconds: cors.MaxAge ?? 0,
      }

const corsFor = (cors: HttpApiProps['cors']): Cors | undefined =>
  cors === null
    ? undefined
    : {
        AllowOrigins: cors.origins,
        AllowMethods: cors.methods,
        AllowHeaders: cors.headers,
        MaxAge: cors.maxAgeSeconds,
      }

const stagesOf = (aws: Aws, ApiId: string): Promise<Stage[]> =>
  everyItem(from => apiGateway(aws).send(new GetStagesCommand({ ApiId, ...from })))

/** An API has the one stage we wish for; further ones show in its name, and one that no change of a route reaches. */
const stageIn = (stages: readonly Stage[]): HttpApiProps['stage'] => ({
  name: stages
    .map(({ StageName = '', AutoDeploy }) =>
      AutoDeploy === true ? StageName : `${StageName} (not deployed by itself)`,
    )
    .sort()
    .join(', '),
  throttle: {
    rate: stages[0]?.DefaultRouteSettings?.ThrottlingRateLimit ?? 0,
    burst: stages[0]?.DefaultRouteSettings?.ThrottlingBurstLimit ?? 0,
  },
})

const healthOf = (stages: readonly Stage[]): Health => {
  const message = stages[0]?.LastDeploymentStatusMessage
  return message === undefined || /^success/i.test(message) ? 'ready' : { ailing: message }
}

/** The oldest one that carries a stack's tag goes before one that only bears the name. */
const find = async (aws: Aws, name: string): Promise<Api | undefined> => {
  const named = (await apisOf(aws)).filter(({ Name }) => Name === name)
  return named.find(({ Tags }) => Tags?.[STACK] !== undefined) ?? named[0]
}

/** CreateApi has no idempotency: a create whose answer was lost leaves a second API of the same name and stack. */
const twins = async (aws: Aws, id: string): Promise<Api[]> => {
  aws.forget('http apis')
  const apis = await apisOf(aws)
  const self = apis.find(({ ApiId }) => ApiId === id)
  if (self?.Tags?.[STACK] === undefined) return []
  return apis.filter(
    ({ ApiId, Name, Tags }) => ApiId !== id && Name === self.Name && Tags?.[STACK] === self.Tags?.[STACK],
  )
}

const removeApi = (aws: Aws, ApiId: string | undefined) =>
  absentIf(apiGateway(aws).send(new DeleteApiCommand({ ApiId })), GONE)

export const httpApi: Provisioner<HttpApiProps, HttpApiOut> = {
  kind: 'httpApi',
  naming: { max: 128, allow: /^[\x20-\x7e]+$/ },
  permissions: {
    read: ['apigateway:GET'],
    write: ['apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
    remove: ['apigateway:DELETE'],
  },
  settles: { usuallySeconds: 5, atMostSeconds: 300 },
  removeAfter: ['apiDomain'],
  hunt: {
    list: async (aws, stack) =>
      (await apisOf(aws)).filter(({ Tags }) => Tags?.[STACK] === stack).map(({ Name = '' }) => Name),
  },
  normal,

  async read(aws, name) {
    const api = await find(aws, name)
    if (api === undefined) return undefined
    const { ApiId: id = '', ApiEndpoint: endpoint = '' } = api
    const [routes, integrations, stages] = await Promise.all([
      absentIf(routesOf(aws, id), GONE),
      absentIf(integrationsOf(aws, id), GONE),
      absentIf(stagesOf(aws, id), GONE),
    ])
    if (routes === undefined || integrations === undefined || stages === undefined) return undefined
    return {
      props: normal({
        cors: corsIn(api.CorsConfiguration),
        authorizer: await authorizerIn(aws, id, routes),
        routes: routesIn(routes, integrations),
        stage: stageIn(stages),
      }),
      out: { id, arn: apiGatewayArn(aws, `/apis/${id}`), endpoint },
      tags: api.Tags ?? {},
      health: healthOf(stages),
    }
  },

  create: (aws, name, want, tags) =>
    apiGateway(aws).send(
      new CreateApiCommand({
        Name: name,
        ProtocolType: 'HTTP',
        CorsConfiguration: corsFor(want.cors),
        Tags: { ...tags },
      }),
    ),

  change: {
    async cors(aws, { out }, { cors }) {
      const client = apiGateway(aws)
      if (cors === null) await client.send(new DeleteCorsConfigurationCommand({ ApiId: out.id }))
      else await client.send(new UpdateApiCommand({ ApiId: out.id, CorsConfiguration: corsFor(cors) }))
    },
    authorizer: (aws, { out }, { authorizer }) => writeAuthorizer(aws, out.id, authorizer),
    routes: (aws, { out }, { routes }) =>
      Promise.all([
        writeRoutes(aws, out.id, routes),
        twins(aws, out.id).then(found => Promise.all(found.map(({ ApiId }) => removeApi(aws, ApiId)))),
      ]),
    /** Last, since a stage deploys what stands. Both throttles together: with one of them missing all requests get 429. */
    async stage(aws, { out }, { stage }) {
      const client = apiGateway(aws)
      const ApiId = out.id
      const held = (await stagesOf(aws, ApiId)).map(({ StageName = '' }) => StageName)
      const wished = {
        ApiId,
        StageName: stage.name,
        AutoDeploy: true,
        DefaultRouteSettings: {
          ThrottlingRateLimit: stage.throttle.rate,
          ThrottlingBurstLimit: stage.throttle.burst,
        },
      }
      if (held.includes(stage.name)) await client.send(new UpdateStageCommand(wished))
      else await client.send(new CreateStageCommand(wished))
      for (const StageName of held.filter(name => name !== stage.name))
        await absentIf(client.send(new DeleteStageCommand({ ApiId, StageName })), GONE)
    },
  },

  retag: (aws, live, put, drop) => retagApiGateway(aws, live.out.arn, put, drop),

  async remove(aws, { out }) {
    for (const { ApiId } of await twins(aws, out.id)) await removeApi(aws, ApiId)
    await removeApi(aws, out.id)
  },

  price: () => [{ item: 'API requests', unit: 'million requests', usd: prices.httpApiMillionRequests }],
}
