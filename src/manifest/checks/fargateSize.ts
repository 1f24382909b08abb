const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step)

/** CPU units → MiB it can be paired with (Amazon ECS: "Task CPU and memory", Fargate). */
const SIZES = new Map([
  [256, [512, 1024, 2048]],
  [512, range(1024, 4096, 1024)],
  [1024, range(2048, 8192, 1024)],
  [2048, range(4096, 16384, 1024)],
  [4096, range(8192, 30720, 1024)],
  [8192, range(16384, 61440, 4096)],
  [16384, range(32768, 122880, 8192)],
])

export const FARGATE_CPUS: readonly number[] = [...SIZES.keys()]

/** The least memory in MiB that goes with `cpu`; what a manifest that names no memory gets, but at least 1 GiB. */
export const defaultMemory = (cpu: number): number => Math.max(1024, SIZES.get(cpu)?.[0] ?? 1024)

/** What is wrong with the pair, as a whole sentence; null when nothing is. An unknown `cpu` is not its business. */
export const fargateSize = (cpu: number, memory: number): string | null => {
  const sizes = SIZES.get(cpu)
  if (sizes === undefined || sizes.includes(memory)) return null
  const [first = 0, second = 0] = sizes
  const listed = sizes.length <= 4 ? list(sizes) : `${first} to ${sizes.at(-1)} in steps of ${second - first}`
  const closest = sizes.toSorted((a, b) => Math.abs(a - memory) - Math.abs(b - memory))[0]
  return `${memory} MiB does not go with cpu ${cpu} on Fargate: that takes ${listed}. The closest is ${closest}.`
}

const list = (sizes: readonly number[]): string => `${sizes.slice(0, -1).join(', ')} or ${sizes.at(-1)}`
