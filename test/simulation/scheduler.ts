interface Happening {
  readonly at: number
  readonly order: number
  readonly run: () => void
  /** Nobody waits for it: no code goes on because of it. */
  readonly still: boolean
}

const earlier = (a: Happening, b: Happening): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)

/** How many turns of the microtask queue code gets to go on after something happened. */
const TURNS = 12

/** A clock that moves when something happens, and only then. Equal schedules run equally. */
export class Scheduler {
  /** Epoch seconds, true time. */
  now: number
  #heap: Happening[] = []
  #order = 0

  constructor(now: number) {
    this.now = now
  }

  after(seconds: number, run: () => void, still = false): void {
    this.#push({ at: this.now + seconds, order: this.#order++, run, still })
  }

  /** Lets everything happen up to `until`, or until `done`. */
  async run(until: number, done: () => boolean): Promise<void> {
    let still = false
    for (;;) {
      if (!still) for (let turn = 0; turn < TURNS; turn += 1) await undefined
      const [next] = this.#heap
      if (done()) return
      if (next === undefined || next.at > until) break
      this.#pop()
      this.now = next.at
      next.run()
      still = next.still
    }
    this.now = Math.max(this.now, until)
  }

  #push(happening: Happening): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(happening)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !earlier(happening, parent)) break
      heap[at] = parent
      at = above
    }
    heap[at] = happening
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      const left = heap[below]
      const right = heap[below + 1]
      if (left === undefined) break
      let least = left
      if (right !== undefined && earlier(right, left)) {
        least = right
        below += 1
      }
      if (!earlier(least, last)) break
      heap[at] = least
      at = below
    }
    heap[at] = last
  }
}
