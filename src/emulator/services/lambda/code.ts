import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { AwsError, type Call } from '../../service.ts'
import { type Code, invalidParameter } from './functionRow.ts'

const MOST_ZIPPED = 50 * 1024 * 1024
const MOST_UNZIPPED = 250 * 1024 * 1024

/** Checks the zip and keeps it on disk. Throws InvalidParameterValueException. */
export const keepCode = (
  call: Call,
  sent: {
    ZipFile?: Uint8Array | undefined
    S3Bucket?: string | undefined
    ImageUri?: string | undefined
  },
): Code => {
  if (sent.S3Bucket !== undefined || sent.ImageUri !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS takes function code as ZipFile only', {
      status: 501,
    })
  const zip = sent.ZipFile
  if (zip === undefined) throw invalidParameter('Please provide a source for function code.')
  if (zip.length > MOST_ZIPPED)
    throw new AwsError(
      'RequestEntityTooLargeException',
      `Request must be smaller than 69905067 bytes for the CreateFunction operation`,
      { status: 413 },
    )
  checkZip(zip)
  const digest = createHash('sha256').update(zip).digest()
  const file = join(call.folder('code'), `${digest.toString('hex')}.zip`)
  writeFileSync(file, zip)
  return { sha256: digest.toString('base64'), bytes: zip.length, file }
}

const checkZip = (zip: Uint8Array): void => {
  let unzipped = 0
  let files = 0
  try {
    unzipSync(zip, {
      filter: ({ originalSize }) => {
        unzipped += originalSize
        files++
        return unzipped <= MOST_UNZIPPED
      },
    })
  } catch {
    throw invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.')
  }
  if (files === 0) throw invalidParameter('Uploaded file must be a non-empty zip')
  if (unzipped > MOST_UNZIPPED)
    throw invalidParameter(`Unzipped size must be smaller than ${MOST_UNZIPPED} bytes`)
}
