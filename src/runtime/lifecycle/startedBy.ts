import { createHash } from 'node:crypto'

/**
 * How a task says whose it is and of which generation, in ECS's `startedBy`: letters, digits, `-`, `_` and `/`, at
 * most 128.
 */
export const startedBy = (stack: string, generation: number): string => `storyarch/${stack}/${generation}`

/** The generation of a task of this stack; null: it was not started by us. */
export const generationOf = (stack: string, text: string | null): number | null => {
  const prefix = `storyarch/${stack}/`
  if (text === null || !text.startsWith(prefix)) return null
  const generation = text.slice(prefix.length)
  return /^[1-9]\d*$/.test(generation) ? Number(generation) : null
}

/**
 * ECS's client token for a generation's one task, at most 64 characters. ECS remembers tokens for a day, and a table
 * that was made anew counts from 1 again: the start's time tells those apart.
 */
export const clientToken = (stack: string, generation: number, startedAt: number): string =>
  createHash('sha256').update(`${stack} ${generation} ${startedAt}`).digest('hex')
