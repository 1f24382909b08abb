import { createHash, randomUUID } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Call, Table } from '../../service.ts'
import { keepLayer, type Layer, layerPath } from './layer.ts'

/** A row of `uploads`, keyed by id. What has come lies in a file: its size is how far the upload is, also after a crash. */
export interface Upload {
  id: string
  repository: string
  /** Epoch milliseconds. */
  startedAt: number
}

const uploadTable = (call: Call): Table<Upload> => call.table<Upload>('uploads', { service: 'ecr' })

export const uploadPath = (call: Call, { id }: Pick<Upload, 'id'>): string => join(call.folder('uploads'), id)

export const beginUpload = (call: Call, repository: string): Upload => {
  const upload = { id: randomUUID(), repository, startedAt: call.now }
  writeFileSync(uploadPath(call, upload), '')
  uploadTable(call).set(upload.id, upload)
  return upload
}

export const uploadOf = (call: Call, repository: string, id: string): Upload | undefined => {
  const upload = uploadTable(call).get(id)
  return upload?.repository === repository ? upload : undefined
}

export const receivedBytes = (call: Call, upload: Upload): number => statSync(uploadPath(call, upload)).size

/** `sha256:…` of what has come so far. */
export const receivedDigest = async (call: Call, upload: Upload): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(uploadPath(call, upload), { highWaterMark: 1 << 20 }), hash)
  return `sha256:${hash.digest('hex')}`
}

/** The upload becomes a layer of its repository; `digest` must be the one of its bytes. Whole or not at all. */
export const completeUpload = (call: Call, upload: Upload, digest: string): Layer => {
  const size = receivedBytes(call, upload)
  const path = layerPath(call, digest)
  if (existsSync(path)) rmSync(uploadPath(call, upload))
  else renameSync(uploadPath(call, upload), path)
  uploadTable(call).delete(upload.id)
  return keepLayer(call, upload.repository, digest, size)
}

export const dropUpload = (call: Call, upload: Upload): void => {
  uploadTable(call).delete(upload.id)
  rmSync(uploadPath(call, upload), { force: true })
}

/** No upload outlives its repository. */
export const dropUploadsTo = (call: Call, repository: string): void => {
  for (const upload of uploadTable(call).values())
    if (upload.repository === repository) dropUpload(call, upload)
}

/** Forgets uploads begun before `since`, and files a crash has left without a row, or a row without its file. */
export const sweepUploads = (call: Call, since: number): void => {
  for (const upload of uploadTable(call).values())
    if (upload.startedAt < since || !existsSync(uploadPath(call, upload))) dropUpload(call, upload)
  for (const id of readdirSync(call.folder('uploads')))
    if (!uploadTable(call).has(id)) rmSync(uploadPath(call, { id }))
}
