import type { Board } from './board.ts'

/** The board as programs get it; what was not read, or a site alone has not, is null. */
export const eventOf = ({ name, nowMs, backend, alarm, database, stack, unreadable }: Board) => ({
  type: 'status',
  stack: name,
  time: new Date(nowMs).toISOString(),
  account: stack?.account ?? null,
  region: stack?.region ?? null,
  backend,
  alarm,
  database,
  resources: stack?.resources ?? null,
  content: stack?.revisions ?? null,
  outputs: stack?.outputs ?? null,
  cost: stack?.cost ?? null,
  interrupted: stack?.interrupted ?? null,
  unreadable,
})
