import { UserError } from '../errors.ts'
import type { Backend, Doors } from './backend.ts'
import { callFunction } from './callFunction.ts'
import { noStack } from './readLife.ts'

const STATUSES = ['started', 'starting', 'running', 'stopping', 'stopped', 'failed'] as const
type Status = (typeof STATUSES)[number]

/** What the task manager answers. */
export interface Answer {
  readonly status: Status
  readonly message: string
  readonly generation: number
  /** Where the app answers, once that is known. */
  readonly url: string | null
  /** Epoch seconds. */
  readonly expiresAt: number | null
  /** After how many seconds it makes sense to ask again; null: there is nothing to wait for. */
  readonly retryAfterSeconds: number | null
}

/** Wakes the backend or extends its life (`start`), or only extends it (`ping`). `by` is who asks, for the record. */
export const askManager = async (
  { aws }: Pick<Doors, 'aws'>,
  { taskManager, stack }: Backend,
  action: 'start' | 'ping',
  by: string,
): Promise<Answer> => {
  const called = await callFunction(aws, taskManager, { action, by })
  if (called.outcome === 'absent') throw noStack(stack, `function ${taskManager}`, null)
  if (called.outcome === 'failed')
    throw new UserError(
      `The task manager failed: ${called.why}`,
      'Its log tells more: storyarch logs manager',
    )
  const answer = answerOf(called.answer)
  if (answer === null)
    throw new UserError(
      `The function ${taskManager} answers something that this storyarch does not understand: ${JSON.stringify(called.answer)?.slice(0, 200)}`,
      'Function and program are of different versions; `storyarch up` deploys the function that belongs to this one.',
    )
  return answer
}

const answerOf = (told: unknown): Answer | null => {
  if (told === null || typeof told !== 'object') return null
  const fields = told as Record<string, unknown>
  const status = STATUSES.find(known => known === fields['status'])
  if (status === undefined) return null
  const number = (name: string) => (typeof fields[name] === 'number' ? fields[name] : null)
  return {
    status,
    message: String(fields['message'] ?? ''),
    generation: number('generation') ?? 0,
    url: typeof fields['url'] === 'string' ? fields['url'] : null,
    expiresAt: number('expires_at'),
    retryAfterSeconds: number('retry_after'),
  }
}
