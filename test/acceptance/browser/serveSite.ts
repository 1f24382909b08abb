import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mime from 'mime'
import { bundleBrowser } from '../../../scripts/bundle-browser.ts'
import { type Listening, listen } from './listen.ts'

export interface SiteOptions {
  /** Looked through in this order. */
  readonly folders: readonly string[]
  /** Files that lie in no folder, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** What storyarch.json says. */
  readonly config: object
  /** Where storyarch.js is bundled to. */
  readonly scratch: string
}

/** Serves a site as its CDN would: files, storyarch.js and storyarch.json beside them, index.html for deep links. */
export const serveSite = async ({
  folders,
  files = {},
  config,
  scratch,
}: SiteOptions): Promise<Listening> => {
  await bundleBrowser(scratch)
  const given: Readonly<Record<string, string>> = { '/storyarch.json': JSON.stringify(config), ...files }
  const find = async (path: string): Promise<string | Buffer | null> => {
    if (given[path] !== undefined) return given[path]
    for (const folder of [...folders, scratch]) {
      const bytes = await readFile(join(folder, path)).catch(() => null)
      if (bytes !== null) return bytes
    }
    return null
  }
  return listen(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    const page = !pathname.slice(pathname.lastIndexOf('/')).includes('.')
    const path = page ? '/index.html' : decodeURI(pathname)
    const body = await find(path)
    response.writeHead(body === null ? 404 : 200, { 'content-type': mime.getType(path) ?? 'text/plain' })
    response.end(body ?? 'There is no such file.')
  })
}
