import { changedFields, FIELDS, type Item, taskOf, type Value } from './item.ts'
import type { Step } from './step.ts'
import type { Task } from './task.ts'

/** One conditional write on the item. There is no other kind. */
export interface Write {
  /** What each of these fields must still hold; null: it must not be there. All, or nothing is written. */
  readonly expect: Readonly<Record<string, Value | null>>
  /** New values; null removes the field. */
  readonly set: Readonly<Record<string, Value | null>>
}

/** The door to the stack's one item. */
export interface TaskTable {
  /** The item as it is this moment; `{}` when it was never written. */
  read(): Promise<Item>
  /** Writes if all that is expected holds; answers the item that stood in the way when it does not, else null. */
  write(write: Write): Promise<Item | null>
}

/** What transitions decide by. A write is refused when any of it moved since it was read. */
const GUARDS = [
  FIELDS.state,
  FIELDS.generation,
  FIELDS.taskArn,
  FIELDS.expiresAt,
  FIELDS.lastPingAt,
  FIELDS.launchAt,
  FIELDS.startedAt,
  FIELDS.wantAgain,
]

/** Says whose write was the last, so that a write whose answer was lost is known again when it is repeated. */
const WRITE_ID = 'write_id'

const ATTEMPTS = 40

const guardsOf = (item: Item): Record<string, Value | null> => {
  const guards: Record<string, Value | null> = {}
  for (const field of GUARDS) guards[field] = item[field] ?? null
  return guards
}

/** What a change came to, and the item as it left it. */
export interface Changed<Outcome extends string> extends Step<Outcome> {
  readonly item: Item
}

const written = (item: Item, set: Write['set']): Item => {
  const after: Record<string, Value> = { ...item }
  for (const [field, value] of Object.entries(set))
    if (value === null) delete after[field]
    else after[field] = value
  return after
}

/**
 * Applies a pure transition to the item: read, decide, write on condition that nothing decided by has moved; if it has,
 * decide again from what stands there now. The step's effects are the caller's to perform, once this has returned.
 * `decide` is asked anew each time and reads its own clock. `known`: the item as it was a moment ago, where the caller has
 * it; if it is out of date, the write is refused and tells. Throws when others keep winning, or the table fails.
 */
export const change = async <Outcome extends string>(
  table: TaskTable,
  newId: () => string,
  decide: (task: Task) => Step<Outcome>,
  known: Item | null = null,
): Promise<Changed<Outcome>> => {
  let item = known ?? (await table.read())
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = taskOf(item)
    const step = decide(before)
    const set = changedFields(before, step.task)
    if (Object.keys(set).length === 0) return { ...step, item }
    const id = newId()
    const write = { expect: guardsOf(item), set: { ...set, [WRITE_ID]: id } }
    const inTheWay = await table.write(write)
    if (inTheWay === null) return { ...step, item: written(item, write.set) }
    if (inTheWay[WRITE_ID] === id) return { ...step, item: inTheWay }
    item = inTheWay
  }
  throw new Error(`item main changed under each of ${ATTEMPTS} attempts to write it`)
}
