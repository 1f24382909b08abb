import { createHash } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export interface MadeSite {
  readonly folder: string
  readonly paths: readonly string[]
  /** Gives every file a new time, as a fresh checkout and build do. */
  rebuild(): Promise<void>
  /** Gives every hundredth file other bytes. */
  change(): Promise<void>
}

const ENDINGS = ['js', 'js', 'js', 'css', 'webp', 'woff2', 'svg', 'json']
const FOLDERS = 30

/** A site as Vite would build it: hashed files in assets/, a page in forty. Incompressible, of `bytes` in all. */
export const madeSite = async (folder: string, count: number, bytes: number): Promise<MadeSite> => {
  const pathOf = (at: number): string => {
    if (at % 40 === 0) return at === 0 ? 'index.html' : `pages/p${at}/index.html`
    const hash = createHash('md5').update(`${at}`).digest('hex').slice(0, 12)
    return `assets/g${at % FOLDERS}/chunk${at}.${hash}.${ENDINGS[at % ENDINGS.length]}`
  }
  // From a third to five thirds of the average.
  const sizeOf = (at: number): number => Math.round((bytes / count) * (1 / 3 + ((at * 7919) % 1000) / 750))
  const content = (at: number, round: number): Buffer => {
    const block = createHash('sha512').update(`${at} ${round}`).digest()
    return Buffer.alloc(sizeOf(at), block)
  }
  const paths = Array.from({ length: count }, (_, at) => pathOf(at))
  for (const path of new Set(paths.map(dirname))) await mkdir(join(folder, path), { recursive: true })
  for (const [at, path] of paths.entries()) await writeFile(join(folder, path), content(at, 0))
  let round = 0
  let clock = Date.now() / 1000
  return {
    folder,
    paths,
    async rebuild() {
      clock += 60
      for (const path of paths) await utimes(join(folder, path), clock, clock)
    },
    async change() {
      round++
      for (const [at, path] of paths.entries())
        if (at % 100 === 1) await writeFile(join(folder, path), content(at, round))
    },
  }
}
