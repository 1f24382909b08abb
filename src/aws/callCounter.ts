/** What was asked of AWS. A retry by the SDK is the same call. */
export interface CallCounter {
  readonly reads: number
  readonly writes: number
  /** `iam:GetRole` → how often. */
  readonly operations: ReadonlyMap<string, number>
}

const READ = /^(Get|List|Describe|Head|BatchGet|Lookup|Query|Scan|Filter)/

/** A counter and the function that feeds it. */
export const callCounter = (): CallCounter & { count(service: string, operation: string): void } => {
  const operations = new Map<string, number>()
  const sum = (reads: boolean) =>
    [...operations]
      .filter(([name]) => READ.test(name.slice(name.indexOf(':') + 1)) === reads)
      .reduce((all, [, times]) => all + times, 0)
  return {
    operations,
    get reads() {
      return sum(true)
    },
    get writes() {
      return sum(false)
    },
    count(service, operation) {
      const name = `${service}:${operation}`
      operations.set(name, (operations.get(name) ?? 0) + 1)
    },
  }
}
