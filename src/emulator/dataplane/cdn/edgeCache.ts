import { invalidates } from '../../services/cloudfront/invalidationPath.ts'
import type { Invalidation } from '../../services/cloudfront/state.ts'
import { type EdgeAnswer, sizeOf } from './edgeAnswer.ts'

/** Where an object lies: `path` is canonical, with the query string it is cached by; `variant` all else of the key. */
export interface Place {
  readonly distribution: string
  readonly path: string
  readonly variant: string
}

/** An object as the edge keeps it. Times are epoch milliseconds. */
export interface Kept {
  readonly answer: EdgeAnswer
  /** The origin's own, to ask it whether anything has changed; null for errors. */
  readonly originEtag: string | null
  readonly storedAt: number
  readonly freshUntil: number
}

/** An object being fetched; one that is invalidated meanwhile is not kept. */
interface Flight {
  readonly place: Place
  invalidated: boolean
}

/** Headers and the map's own needs. */
const OVERHEAD_BYTES = 1_000

const keyOf = ({ distribution, path, variant }: Place): string => [distribution, path, variant].join('\n')

/** The edge's memory; what was not asked for longest makes room. */
export class EdgeCache {
  readonly #limitBytes: number
  readonly #held = new Map<string, { place: Place; kept: Kept }>()
  readonly #flights = new Set<Flight>()
  readonly #applied = new Set<string>()
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  get(place: Place): Kept | undefined {
    const key = keyOf(place)
    const found = this.#held.get(key)
    if (!found) return undefined
    this.#held.delete(key)
    this.#held.set(key, found)
    return found.kept
  }

  /** Runs `fetch`; what it says to keep is kept, unless the place was invalidated meanwhile. */
  async fill<T extends { readonly keep: Kept | null }>(place: Place, fetch: () => Promise<T>): Promise<T> {
    const flight: Flight = { place, invalidated: false }
    this.#flights.add(flight)
    try {
      const fetched = await fetch()
      this.#drop(keyOf(place))
      if (fetched.keep && !flight.invalidated) this.#put(place, fetched.keep)
      return fetched
    } finally {
      this.#flights.delete(flight)
    }
  }

  /** Forgets what completed invalidations name; each takes effect once. */
  apply(completed: readonly Invalidation[]): void {
    for (const { id, distribution, paths } of completed) {
      if (this.#applied.has(id)) continue
      this.#applied.add(id)
      const hit = (place: Place): boolean =>
        place.distribution === distribution && paths.some(pattern => invalidates(pattern, place.path))
      for (const [key, { place }] of this.#held) if (hit(place)) this.#drop(key)
      for (const flight of this.#flights) if (hit(flight.place)) flight.invalidated = true
    }
  }

  #put(place: Place, kept: Kept): void {
    this.#held.set(keyOf(place), { place, kept })
    this.#bytes += sizeOf(kept.answer) + OVERHEAD_BYTES
    for (const key of this.#held.keys()) {
      if (this.#bytes <= this.#limitBytes) return
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    const found = this.#held.get(key)
    if (!found) return
    this.#held.delete(key)
    this.#bytes -= sizeOf(found.kept.answer) + OVERHEAD_BYTES
  }
}
