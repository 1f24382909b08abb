/** One call that reached the embedded AWS; a request to the container registry has `registry` for a service. */
export interface CallRecord {
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly requestId: string
  /** 0 when the connection was dropped instead of an answer. */
  readonly status: number
}

const KEPT = 10_000

/** Counts all calls and remembers the last ten thousand. */
export class CallLog {
  readonly #recent: CallRecord[] = []
  readonly #counts = new Map<string, number>()

  add(record: CallRecord): void {
    const name = `${record.service}:${record.operation}`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    if (this.#recent.push(record) > 2 * KEPT) this.#recent.splice(0, KEPT)
  }

  /** Oldest first. */
  recent(): readonly CallRecord[] {
    return this.#recent.slice(-KEPT)
  }

  /** `ecs:CreateCluster` → how often; every operation together without a name. */
  count(name?: string): number {
    if (name !== undefined) return this.#counts.get(name) ?? 0
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** `ecs:CreateCluster` → how often, of every operation. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }

  clear(): void {
    this.#recent.length = 0
    this.#counts.clear()
  }
}
