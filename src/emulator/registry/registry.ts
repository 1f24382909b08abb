import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { answer } from '../answer.ts'
import type { CallLog } from '../calls.ts'
import type { Intercept } from '../intercept.ts'
import type { Call } from '../service.ts'
import { AwsError } from '../service.ts'
import { passwordFault } from '../services/ecr/authorization.ts'
import { sweepLayers } from '../services/ecr/layer.ts'
import { sweepUploads } from '../services/ecr/upload.ts'
import type { WireResponse } from '../wire/protocol.ts'
import { splitUrl } from '../wire/route.ts'
import { blobRequests } from './blobRequests.ts'
import { listRequests } from './listRequests.ts'
import { manifestRequests } from './manifestRequests.ts'
import { RegistryError, registryErrorOf } from './registryError.ts'
import type { RegistryHandler } from './registryRequest.ts'
import { type RegistryOperation, type RegistryRoute, registryRoute } from './registryRoute.ts'
import { RunningUploads } from './runningUploads.ts'
import { uploadRequests } from './uploadRequests.ts'

interface Around {
  /** A call of ECR in the registry's region, at the present time of the emulator's clock. */
  call(): Call
  /** Told of every request, as service `registry`. */
  readonly calls: CallLog
  readonly intercept: Intercept
  report(error: unknown): void
}

const ABANDONED_MS = 24 * 3_600_000

const HANDLERS: Readonly<Record<RegistryOperation, RegistryHandler>> = {
  ...blobRequests,
  ...uploadRequests,
  ...manifestRequests,
  ...listRequests,
}

/**
 * The OCI registry behind ECR in one region: the wire of the OCI Distribution Specification over the repositories,
 * images and layers of the control plane.
 */
export class Registry {
  readonly #around: Around
  readonly #uploads = new RunningUploads()
  #swept: Promise<void> | null = null

  constructor(around: Around) {
    this.#around = around
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = this.#around.call()
    this.#swept ??= this.#sweep(call)
    await this.#swept
    const log = (operation: string, status: number): void => {
      const { region, requestId } = call
      this.#around.calls.add({ service: 'registry', operation, region, requestId, status })
    }
    let route: RegistryRoute | null = null
    let result: WireResponse | 'drop'
    try {
      demandCredentials(request, call)
      const { path, query } = splitUrl(request.url ?? '/')
      route = registryRoute(request.method ?? 'GET', path, query)
      result = await this.#perform(request, query, route, call)
    } catch (error) {
      if (request.destroyed && !request.complete) result = 'drop'
      else {
        if (!(error instanceof RegistryError || error instanceof AwsError)) this.#around.report(error)
        result = registryErrorOf(error).response()
      }
    }
    log(route?.operation ?? 'Unknown', result === 'drop' ? 0 : result.status)
    if (result === 'drop') request.socket.destroy()
    else {
      response.setHeader('docker-distribution-api-version', 'registry/2.0')
      await answer(result, request.method, response)
    }
  }

  /** Kept when no upload is being written. */
  close(): Promise<void> {
    return this.#uploads.settled()
  }

  async #perform(
    http: IncomingMessage,
    query: URLSearchParams,
    route: RegistryRoute,
    call: Call,
  ): Promise<WireResponse | 'drop'> {
    const { operation, repository, reference } = route
    const seen = {
      service: 'registry',
      operation,
      region: call.region,
      requestId: call.requestId,
      input: { repository, reference },
    }
    const before = await this.#around.intercept(seen, 'before')
    if (before === 'drop') return 'drop'
    if (before) throw before
    const origin = originOf(http)
    const result = await HANDLERS[operation]({ ...route, http, query, origin, call, uploads: this.#uploads })
    const after = await this.#around.intercept(seen, 'after')
    if (after && result.body instanceof Readable) result.body.destroy()
    if (after === 'drop') return 'drop'
    if (after) throw after
    return result
  }

  /** With the first request after a start, so that the start itself costs nothing. */
  async #sweep(call: Call): Promise<void> {
    sweepUploads(call, call.now - ABANDONED_MS)
    await sweepLayers(call, call.now - ABANDONED_MS)
  }
}

/** Basic credentials, or the token of a download URL. Throws UNAUTHORIZED. */
const demandCredentials = (request: IncomingMessage, call: Call): void => {
  const [, basic] = /^basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const [, password] = /^AWS:(.*)$/s.exec(Buffer.from(basic ?? '', 'base64').toString()) ?? []
  const given =
    password ?? (request.method === 'GET' ? splitUrl(request.url ?? '/').query.get('token') : null)
  const fault = passwordFault(call, given ?? '')
  if (fault !== null)
    throw new RegistryError('UNAUTHORIZED', fault, {
      headers: { 'www-authenticate': `Basic realm="${originOf(request)}/",service="ecr.amazonaws.com"` },
    })
}

/** How the client reaches the registry. */
const originOf = ({ headers, socket }: IncomingMessage): string =>
  `http://${headers.host ?? `127.0.0.1:${socket.localPort}`}`
