import { RegistryError } from './registryError.ts'

export type RegistryOperation =
  | 'GetBase'
  | 'ListRepositories'
  | 'ListTags'
  | 'ListReferrers'
  | 'HeadBlob'
  | 'GetBlob'
  | 'StartUpload'
  | 'MountBlob'
  | 'PutBlob'
  | 'GetUpload'
  | 'UploadChunk'
  | 'FinishUpload'
  | 'CancelUpload'
  | 'HeadManifest'
  | 'GetManifest'
  | 'PutManifest'
  | 'DeleteManifest'

/** What a request to the registry asks for. */
export interface RegistryRoute {
  readonly operation: RegistryOperation
  /** Empty where no repository is meant. */
  readonly repository: string
  /** A tag, a digest or an upload's id; empty where none is meant. */
  readonly reference: string
}

type Methods = Readonly<Record<string, RegistryOperation | ((query: URLSearchParams) => RegistryOperation)>>

/** In this order: what comes first is the narrower. */
const PATHS: readonly [path: RegExp, methods: Methods][] = [
  [/^\/v2\/?$/, { GET: 'GetBase', HEAD: 'GetBase' }],
  [/^\/v2\/_catalog$/, { GET: 'ListRepositories' }],
  [/^\/v2\/(?<repository>.+)\/tags\/list$/, { GET: 'ListTags' }],
  [/^\/v2\/(?<repository>.+)\/referrers\/(?<reference>[^/]+)$/, { GET: 'ListReferrers' }],
  [
    /^\/v2\/(?<repository>.+)\/blobs\/uploads\/?$/,
    { POST: query => (query.has('mount') ? 'MountBlob' : query.has('digest') ? 'PutBlob' : 'StartUpload') },
  ],
  [
    /^\/v2\/(?<repository>.+)\/blobs\/uploads\/(?<reference>[^/]+)$/,
    { GET: 'GetUpload', PATCH: 'UploadChunk', PUT: 'FinishUpload', DELETE: 'CancelUpload' },
  ],
  [
    /^\/v2\/(?<repository>.+)\/blobs\/(?<reference>[^/]+)$/,
    // Amazon ECR has no way to delete a layer: they go with the last image that names them.
    { GET: 'GetBlob', HEAD: 'HeadBlob' },
  ],
  [
    /^\/v2\/(?<repository>.+)\/manifests\/(?<reference>[^/]+)$/,
    { GET: 'GetManifest', HEAD: 'HeadManifest', PUT: 'PutManifest', DELETE: 'DeleteManifest' },
  ],
]

/** Throws UNSUPPORTED for a method a path has not, and for a path no registry has. */
export const registryRoute = (method: string, path: string, query: URLSearchParams): RegistryRoute => {
  for (const [pattern, methods] of PATHS) {
    const found = pattern.exec(path)
    if (!found) continue
    const operation = methods[method]
    if (operation === undefined)
      throw new RegistryError('UNSUPPORTED', `The operation is unsupported: ${method} ${path}`, {
        headers: { allow: Object.keys(methods).join(', ') },
      })
    const { repository = '', reference = '' } = found.groups ?? {}
    return {
      operation: typeof operation === 'function' ? operation(query) : operation,
      repository,
      reference: reference.replaceAll(/%3a/gi, ':'),
    }
  }
  throw new RegistryError('UNSUPPORTED', `No registry has a path ${path}`, { status: 404 })
}
