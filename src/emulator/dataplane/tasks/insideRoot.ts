import { lstatSync, readlinkSync } from 'node:fs'
import { join, posix } from 'node:path'

const MOST_LINKS = 40

/**
 * Where `path` of a container really lies below the folder `root`: links on the way lead where they would lead if the folder
 * were `/`, so that no name in a layer leads out. The last part is not followed. `known` remembers what is no link, for
 * callers that ask often; they forget it when they replace something. Throws when links go round in circles.
 */
export const insideRoot = (root: string, path: string, known: Set<string> = new Set()): string => {
  const todo = parts(path)
  const last = todo.pop()
  let place = '/'
  for (let links = 0; todo.length > 0; ) {
    const next = posix.join(place, todo.shift() ?? '')
    const target = known.has(next) ? null : linkAt(join(root, next))
    if (target === null) {
      known.add(next)
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

const linkAt = (path: string): string | null => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isSymbolicLink() ? readlinkSync(path) : null
}
