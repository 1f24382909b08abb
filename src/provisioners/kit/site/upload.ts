import { changed, partBytes, WHOLE_BYTES } from '../../../artifacts/site/contentHash.ts'
import type { Headers } from '../../../artifacts/site/headers.ts'
import { bodyOf, type LocalFile } from '../../../artifacts/site/localFiles.ts'
import { toTheEnd } from '../../../artifacts/toTheEnd.ts'
import { isAwsError } from '../../../awsError.ts'
import { etagIn, type Objects, stored } from './objects.ts'

const PARTS_AT_ONCE = 8

/** Sends a file; a large one in parts, streamed. Throws UserError when it changes meanwhile. */
export const upload = async (objects: Objects, key: string, file: LocalFile, as: Headers): Promise<void> => {
  try {
    if (file.size > WHOLE_BYTES) await inParts(objects, key, file, as)
    else await objects.put(key, bodyOf(file), file.md5s[0] ?? '', as)
  } catch (error) {
    if (!isAwsError(error, 'BadDigest', 'IncompleteBody')) throw error
    throw changed(file.file)
  }
}

const inParts = async ({ send }: Objects, key: string, local: LocalFile, as: Headers): Promise<void> => {
  const begun = await send({
    operation: 'CreateMultipartUpload',
    method: 'POST',
    key,
    query: { uploads: '' },
    headers: stored(as),
  })
  const uploadId = /<UploadId>([^<]+)<\/UploadId>/.exec(begun.body.toString('utf8'))?.[1]
  if (uploadId === undefined) throw new Error(`S3 began an upload of ${key} and gave it no id`)
  const { size, md5s } = local
  const part = partBytes(size)
  const numbered = md5s.map((md5, index) => ({ md5, number: index + 1, start: index * part }))
  try {
    const etags = await toTheEnd(numbered, PARTS_AT_ONCE, async ({ md5, number, start }) => {
      const bytes = Math.min(part, size - start)
      const sent = await send({
        operation: 'UploadPart',
        method: 'PUT',
        key,
        query: { partNumber: String(number), uploadId },
        headers: { 'content-md5': md5 },
        body: bodyOf(local, start, bytes),
      })
      return `<Part><PartNumber>${number}</PartNumber><ETag>"${etagIn(sent)}"</ETag></Part>`
    })
    await send({
      operation: 'CompleteMultipartUpload',
      method: 'POST',
      key,
      query: { uploadId },
      headers: { 'content-type': 'application/xml' },
      body: Buffer.from(`<CompleteMultipartUpload>${etags.join('')}</CompleteMultipartUpload>`),
    })
  } catch (error) {
    // Best effort: what stays, the bucket's lifecycle rule clears away.
    const aborted = send({ operation: 'AbortMultipartUpload', method: 'DELETE', key, query: { uploadId } })
    await aborted.catch(() => {})
    throw error
  }
}
