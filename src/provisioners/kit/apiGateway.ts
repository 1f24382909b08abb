import {
  type Api,
  ApiGatewayV2Client,
  type Authorizer,
  GetApisCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  type Integration,
  type Route,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-apigatewayv2'
import type { Aws, Tags } from '../../resource.ts'
import { putAndDrop } from './tags.ts'

export const apiGateway = (aws: Aws): ApiGatewayV2Client => aws.client(ApiGatewayV2Client)

/** All items of a listing; the SDK has no paginators for this service. */
export const everyItem = async <T>(
  load: (from: { NextToken?: string; MaxResults: string }) => Promise<{ Items?: T[]; NextToken?: string }>,
): Promise<T[]> => {
  const items: T[] = []
  let NextToken: string | undefined
  do {
    const page = await load({ NextToken, MaxResults: '500' })
    items.push(...(page.Items ?? []))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return items
}

/** Every API of the region with its tags, listed once per survey; oldest first. */
export const apisOf = (aws: Aws): Promise<Api[]> =>
  aws.memo('http apis', async () => {
    const apis = await everyItem(from => apiGateway(aws).send(new GetApisCommand(from)))
    return apis.toSorted((a, b) => Number(a.CreatedDate) - Number(b.CreatedDate))
  })

export const routesOf = (aws: Aws, ApiId: string): Promise<Route[]> =>
  everyItem(from => apiGateway(aws).send(new GetRoutesCommand({ ApiId, ...from })))

export const integrationsOf = (aws: Aws, ApiId: string): Promise<Integration[]> =>
  everyItem(from => apiGateway(aws).send(new GetIntegrationsCommand({ ApiId, ...from })))

export const authorizersOf = (aws: Aws, ApiId: string): Promise<Authorizer[]> =>
  everyItem(from => apiGateway(aws).send(new GetAuthorizersCommand({ ApiId, ...from })))

/** `path` as in `/apis/<id>` or `/domainnames/<name>`; API Gateway's ARNs name no account. */
export const apiGatewayArn = (aws: Aws, path: string): string =>
  `arn:${aws.partition}:apigateway:${aws.region}::${path}`

export const retagApiGateway = (
  aws: Aws,
  ResourceArn: string,
  put: Tags,
  drop: readonly string[],
): Promise<void> =>
  putAndDrop(
    put,
    drop,
    tags => apiGateway(aws).send(new TagResourceCommand({ ResourceArn, Tags: { ...tags } })),
    TagKeys => apiGateway(aws).send(new UntagResourceCommand({ ResourceArn, TagKeys })),
  )
