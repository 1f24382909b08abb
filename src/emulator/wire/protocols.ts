import { awsJson, rpcCbor } from './json.ts'
import type { Protocol } from './protocol.ts'
import { query } from './query.ts'
import { restJson } from './restJson.ts'
import { type RestRoutes, restRoutes } from './restRoutes.ts'
import { restXml } from './restXml.ts'
import type { Route } from './route.ts'
import type { Model } from './schemas.ts'

/** What one service speaks; made when it is first called. */
export interface Speech {
  readonly routes: RestRoutes
  protocol(kind: Route['protocol']): Protocol
}

/** A client may speak an older or newer protocol to a service than today's SDKs do, so the request decides. */
export const speechOf = (model: Model): Speech => {
  const routes = restRoutes(model)
  const made = new Map<Route['protocol'], Protocol>()
  const make = (kind: Route['protocol']): Protocol => {
    if (kind === 'cbor') return rpcCbor(model)
    if (kind === 'query') return query(model)
    if (kind === 'json') return awsJson(model)
    return model.facts.protocol === 'restJson1' ? restJson(routes) : restXml(model, routes)
  }
  return {
    routes,
    protocol: kind => {
      const protocol = made.get(kind) ?? make(kind)
      made.set(kind, protocol)
      return protocol
    },
  }
}
