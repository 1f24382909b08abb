import { createHash } from 'node:crypto'
import {
  CreateRepositoryCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type ImageTagMutability,
} from '@aws-sdk/client-ecr'
import type { Clients } from '../running.ts'

export const digestOf = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'

/** A manifest of `config` and `layers`, as text. */
export const manifestOf = (config: Uint8Array, layers: readonly Uint8Array[], extra: object = {}): string => {
  const described = (bytes: Uint8Array, mediaType: string) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  })
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: described(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map(layer => described(layer, 'application/vnd.oci.image.layer.v1.tar')),
    ...extra,
  })
}

/** What a client sees of one repository of the embedded ECR, over plain HTTP. */
export class RegistryClient {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly repository: string
  /** The value of an Authorization header. */
  readonly credentials: string

  private constructor(origin: string, repository: string, credentials: string) {
    this.origin = origin
    this.repository = repository
    this.credentials = credentials
  }

  /** Makes the repository and gets a token. */
  static async create(
    aws: Clients,
    repositoryName: string,
    imageTagMutability: ImageTagMutability = 'MUTABLE',
    region = 'us-east-1',
  ): Promise<RegistryClient> {
    const ecr = aws.client(ECRClient, region)
    const { repository } = await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }))
    const token = await tokenOf(ecr)
    const [host] = (repository?.repositoryUri ?? '').split('/')
    return new RegistryClient(`http://${host}`, repositoryName, `Basic ${token}`)
  }

  /** `path` is one of the repository, or one of the registry when it begins with `/`. */
  async ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const url = /^https?:/.test(path)
      ? path
      : `${this.origin}/v2/${path.startsWith('/') ? path.slice(1) : `${this.repository}/${path}`}`
    return fetch(url, {
      ...init,
      method,
      // A pooled connection would not live through a restart of the emulator.
      headers: {
        authorization: this.credentials,
        connection: 'close',
        ...(init.headers as Record<string, string>),
      },
    })
  }

  /** The whole blob in one PUT; its digest. */
  async putBlob(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const started = await this.ask('POST', 'blobs/uploads/')
    await this.ask('PUT', `${started.headers.get('location')}?digest=${digestOf(bytes)}`, {
      body: bytes,
    })
    return digestOf(bytes)
  }

  putManifest(reference: string, text: string, type = OCI_MANIFEST): Promise<Response> {
    return this.ask('PUT', `manifests/${reference}`, { body: text, headers: { 'content-type': type } })
  }

  /** Blobs, then the manifest; its digest. */
  async push(
    tag: string,
    config: Uint8Array<ArrayBuffer>,
    layers: readonly Uint8Array<ArrayBuffer>[],
  ): Promise<string> {
    for (const blob of [config, ...layers]) await this.putBlob(blob)
    const text = manifestOf(config, layers)
    await this.putManifest(tag, text)
    return digestOf(text)
  }
}

export const tokenOf = async (ecr: ECRClient): Promise<string> => {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
  return authorizationData?.[0]?.authorizationToken ?? ''
}

/** Code of the first error in a refusal. */
export const codeOf = async (response: Response): Promise<string> => {
  const { errors } = (await response.json()) as { errors: { code: string }[] }
  return `${response.status} ${errors[0]?.code}`
}
