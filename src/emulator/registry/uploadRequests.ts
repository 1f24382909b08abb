import type { IncomingMessage } from 'node:http'
import type { Call } from '../service.ts'
import { DIGEST, keepLayer, layerOf } from '../services/ecr/layer.ts'
import { repositoryOf } from '../services/ecr/repository.ts'
import {
  beginUpload,
  completeUpload,
  dropUpload,
  receivedBytes,
  type Upload,
  uploadOf,
} from '../services/ecr/upload.ts'
import type { WireResponse } from '../wire/protocol.ts'
import { RegistryError } from './registryError.ts'
import type { RegistryHandler, RegistryRequest } from './registryRequest.ts'

export const uploadRequests = {
  StartUpload: request => {
    const { call, repository } = request
    return progress(202, request, beginUpload(call, repositoryOf(call, repository).name))
  },

  /** A layer another repository holds is held here as well, without a byte sent; if it holds none, an upload begins. */
  MountBlob: request => {
    const { call, query } = request
    const { name } = repositoryOf(call, request.repository)
    const digest = query.get('mount') ?? ''
    const source = layerOf(call, query.get('from') ?? '', digest)
    if (!source) return progress(202, request, beginUpload(call, name))
    keepLayer(call, name, digest, source.size)
    return created(request, digest)
  },

  /** All in one request. */
  PutBlob: async request => {
    const { call, repository } = request
    const digest = wantedDigest(request)
    const upload = beginUpload(call, repositoryOf(call, repository).name)
    try {
      return await request.uploads.inTurn(upload.id, () => finish(request, upload, digest))
    } catch (error) {
      // Nobody knows its id, so nobody can go on with it.
      dropUpload(call, upload)
      throw error
    }
  },

  GetUpload: request =>
    request.uploads.inTurn(request.reference, async () => progress(204, request, uploadAt(request))),

  UploadChunk: request =>
    request.uploads.inTurn(request.reference, async () => {
      const upload = uploadAt(request)
      demandNext(request, upload)
      await request.uploads.append(request.call, upload, request.http)
      return progress(202, request, uploadAt(request))
    }),

  FinishUpload: request =>
    request.uploads.inTurn(request.reference, async () => {
      const upload = uploadAt(request)
      const digest = wantedDigest(request)
      demandNext(request, upload)
      return finish(request, upload, digest)
    }),

  CancelUpload: request =>
    request.uploads.inTurn(request.reference, async () => {
      const upload = uploadAt(request)
      request.uploads.forget(upload)
      dropUpload(request.call, upload)
      return { status: 204, headers: {}, body: null }
    }),
} satisfies Record<string, RegistryHandler>

/** Takes what the last request brings and keeps the blob if its bytes are the ones announced; else nothing of it. */
const finish = async (request: RegistryRequest, upload: Upload, digest: string): Promise<WireResponse> => {
  const { call, uploads } = request
  if (hasBody(request.http)) await uploads.append(call, upload, request.http)
  const actual = await uploads.digest(call, upload)
  uploads.forget(upload)
  demandAlive(call, upload)
  if (actual !== digest) {
    dropUpload(call, upload)
    throw new RegistryError('DIGEST_INVALID', `The upload's digest is ${actual}, not ${digest}`)
  }
  completeUpload(call, upload, digest)
  return created(request, digest)
}

const uploadAt = ({ call, repository, reference }: RegistryRequest): Upload => {
  const upload = uploadOf(call, repositoryOf(call, repository).name, reference)
  if (!upload) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', `No upload ${reference} goes to ${repository}`)
  return upload
}

/** The repository may have been deleted while bytes came in. */
const demandAlive = (call: Call, { repository, id }: Upload): void => {
  if (!uploadOf(call, repository, id))
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN', `The upload ${id} was cancelled`)
}

const wantedDigest = ({ query }: RegistryRequest): string => {
  const digest = query.get('digest') ?? ''
  if (!DIGEST.test(digest))
    throw new RegistryError('DIGEST_INVALID', `'${digest}' is not sha256: and 64 hex digits`)
  return digest
}

const RANGE = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/

/** A chunk that says where it belongs must begin where the last one ended. */
const demandNext = (request: RegistryRequest, upload: Upload): void => {
  const header = request.http.headers['content-range']
  if (header === undefined) return
  const [, first, last] = RANGE.exec(header) ?? []
  if (first === undefined || last === undefined)
    throw new RegistryError('BLOB_UPLOAD_INVALID', `Content-Range '${header}' is not of the form 0-99`)
  const length = request.http.headers['content-length']
  if (length !== undefined && Number(length) !== Number(last) - Number(first) + 1)
    throw new RegistryError('SIZE_INVALID', `Content-Range ${header} does not fit the length ${length}`)
  const received = receivedBytes(request.call, upload)
  if (Number(first) !== received)
    throw new RegistryError('BLOB_UPLOAD_INVALID', `The next byte of the upload is ${received}`, {
      status: 416,
      headers: progressHeaders(request, upload),
    })
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const progress = (status: number, request: RegistryRequest, upload: Upload): WireResponse => ({
  status,
  headers: progressHeaders(request, upload),
  body: null,
})

const progressHeaders = (request: RegistryRequest, upload: Upload): Record<string, string> => ({
  location: `${request.origin}/v2/${upload.repository}/blobs/uploads/${upload.id}`,
  // An upload of nothing reads like one of a single byte: the specification has no other way to say it.
  range: `0-${Math.max(receivedBytes(request.call, upload) - 1, 0)}`,
  'docker-upload-uuid': upload.id,
})

const created = ({ origin, repository }: RegistryRequest, digest: string): WireResponse => ({
  status: 201,
  headers: {
    location: `${origin}/v2/${repository}/blobs/${digest}`,
    'docker-content-digest': digest,
  },
  body: null,
})
