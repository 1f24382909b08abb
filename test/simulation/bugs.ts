import { type Bugs, NO_BUGS } from './world.ts'

const without = (fields: readonly string[], expect: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(expect).filter(([field]) => !fields.includes(field)))

/** Mistakes that are easily made, planted between the shipped code and the world. Each must be found. */
export const PLANTED: Readonly<Record<string, Bugs>> = {
  'an unconditional write': {
    ...NO_BUGS,
    table: table => ({ ...table, write: write => table.write({ ...write, expect: {} }) }),
  },
  'a missing generation check where the database is stored': {
    ...NO_BUGS,
    agentTable: table => ({
      ...table,
      write: write =>
        table.write(
          'head' in write.set
            ? { ...write, expect: without(['generation', 'task_arn'], write.expect) as never }
            : write,
        ),
    }),
  },
  'a stop that ignores a ping': {
    ...NO_BUGS,
    table: table => ({
      ...table,
      write: write =>
        table.write(
          write.set['state'] === 'STOPPING'
            ? { ...write, expect: without(['expires_at', 'last_ping_at'], write.expect) as never }
            : write,
        ),
    }),
  },
  'a client token that is new each time': {
    ...NO_BUGS,
    ecs: (ecs, newId) => ({ ...ecs, run: wish => ecs.run({ ...wish, clientToken: newId() }) }),
  },
  'a claim that overwrites another': {
    ...NO_BUGS,
    agentTable: table => ({
      ...table,
      write: write =>
        table.write({
          ...write,
          expect: without(['task_arn', 'generation', 'state'], write.expect) as never,
        }),
    }),
  },
  'a StopTask before the table is written': {
    ...NO_BUGS,
    table: table => ({
      ...table,
      write: async write => (write.set['state'] === 'STOPPING' ? null : table.write(write)),
    }),
  },
  'stops without a reason': { ...NO_BUGS, ecs: ecs => ({ ...ecs, stop: arn => ecs.stop(arn, '') }) },
  'a sweep that stops nothing, an alarm that never fires and an agent that never leaves': {
    ...NO_BUGS,
    noStopper: true,
  },
}
