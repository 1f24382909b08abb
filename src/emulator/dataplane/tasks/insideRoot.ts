import { lstat, readlink } from 'node:fs/promises'
import { join, posix } from 'node:path'

const MOST_LINKS = 40

/**
 * Where `path` of a container really lies below the folder `root`: links on the way lead where they would lead if the folder
 * were `/`, so that no name in a layer leads out. The last part is not followed. Throws when links go round in circles.
 */
export const insideRoot = async (root: string, path: string): Promise<string> => {
  const todo = parts(path)
  const last = todo.pop()
  let place = '/'
  for (let links = 0; todo.length > 0; ) {
    const next = posix.join(place, todo.shift() ?? '')
    const target = await linkAt(join(root, next))
    if (target === null) {
      place = next
      continue
    }
    if (++links > MOST_LINKS) throw new Error(`links in ${path} go round in circles`)
    if (posix.isAbsolute(target)) place = '/'
    todo.unshift(...parts(target))
  }
  const inside = posix.join(place, last ?? '')
  return inside === '/' ? root : join(root, inside)
}

/** `..` climbs no higher than the root, as posix.join does from `/`. */
const parts = (path: string): string[] => path.split('/').filter(part => part !== '' && part !== '.')

const linkAt = async (path: string): Promise<string | null> => {
  const found = await lstat(path).catch(() => null)
  return found?.isSymbolicLink() ? readlink(path) : null
}
