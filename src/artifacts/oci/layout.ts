import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'
import { assemble, parse } from './assemble.ts'
import { chunksOf } from './chunksOf.ts'
import type { IndexDocument } from './documents.ts'
import type { Image, Platform } from './image.ts'

/** Fewer and larger reads: on a fast line a push is as fast as its disk. */
const READ_BYTES = 1 << 20

/** Where a layout keeps the blob of that digest (OCI image spec, "Image Layout"). */
export const blobPath = (folder: string, digest: string): string =>
  join(folder, 'blobs', ...digest.split(':'))

/**
 * The image of `platform` in an OCI image layout folder; blobs are read when they are opened.
 * Throws UserError when the folder is no layout, or its image is damaged or of another platform.
 */
export const readLayout = async (folder: string, platform: Platform): Promise<Image> => {
  const text = await readFile(join(folder, 'index.json')).catch(cause => {
    throw new UserError(`${folder} is not an OCI image layout.`, 'Build the image again.', { cause })
  })
  const { manifests = [] } = parse<Partial<IndexDocument>>(text, `${folder}/index.json`)
  const source = {
    name: `The image in ${folder}`,
    document: ({ digest }: { digest: string }) =>
      readFile(blobPath(folder, digest)).catch(cause => {
        throw new UserError(`The image in ${folder} lacks ${digest}.`, 'Build the image again.', { cause })
      }),
    blob: (descriptor: Image['descriptor']) => ({
      descriptor,
      origin: null,
      open: async (offset: number) => chunksOf(blobPath(folder, descriptor.digest), offset, READ_BYTES),
    }),
  }
  const [only] = manifests
  if (only === undefined) throw new UserError(`${folder} holds no image.`, 'Build the image again.')
  if (manifests.length === 1) return assemble(source, only, platform)
  const fitting = manifests.find(
    one => one.platform?.os === platform.os && one.platform.architecture === platform.architecture,
  )
  return assemble(source, fitting ?? only, platform)
}
