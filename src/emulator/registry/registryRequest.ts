import type { IncomingMessage } from 'node:http'
import type { Call } from '../service.ts'
import type { WireResponse } from '../wire/protocol.ts'
import type { RegistryRoute } from './registryRoute.ts'
import type { RunningUploads } from './runningUploads.ts'

/** A request to the registry, let in and understood. */
export interface RegistryRequest extends RegistryRoute {
  readonly http: IncomingMessage
  readonly query: URLSearchParams
  /** `http://<host>`, as the client reaches it. */
  readonly origin: string
  /** A call of ECR in this registry's region. */
  readonly call: Call
  readonly uploads: RunningUploads
}

export type RegistryHandler = (request: RegistryRequest) => WireResponse | Promise<WireResponse>
