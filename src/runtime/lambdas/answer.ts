import { pausedUntil } from '../lifecycle/start.ts'
import type { Failure, Task } from '../lifecycle/task.ts'

/** What a client gets. The first four members are the ones clients have always read. */
export interface Answer {
  readonly status: 'started' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
  readonly task_arn: string | null
  readonly public_ip: string | null
  readonly message: string
  /** Where the app answers, once its address is known. */
  readonly url: string | null
  readonly ready: boolean
  readonly generation: number | null
  /** Epoch seconds. */
  readonly expires_at: number | null
  /** Why the last start came to nothing. */
  readonly failure: Failure | null
  /** After how many seconds it makes sense to ask again; null: there is nothing to wait for. */
  readonly retry_after: number | null
}

const POLL_SECONDS = 2

export const appUrl = ({ url, publicIp }: Task, port: number): string | null =>
  url ?? (publicIp === null ? null : `http://${publicIp}:${port}`)

/** How the backend is. */
export const statusOf = (task: Task, port: number, now: number): Answer => ({
  ...told(task, now),
  task_arn: task.state === 'ASLEEP' ? null : task.taskArn,
  public_ip: task.publicIp,
  url: appUrl(task, port),
  ready: task.state === 'READY',
  generation: task.generation,
  expires_at: task.expiresAt,
  failure: task.state === 'ASLEEP' ? task.failure : null,
})

/** The one who woke it hears so. */
export const startedOf = (task: Task, port: number, now: number): Answer => {
  const answer = statusOf(task, port, now)
  return answer.status === 'starting'
    ? {
        ...answer,
        status: 'started',
        message: 'Task starting. Please wait 30-60 seconds for it to be ready.',
      }
    : answer
}

const told = (task: Task, now: number): Pick<Answer, 'status' | 'message' | 'retry_after'> => {
  switch (task.state) {
    case 'STARTING':
      return { status: 'starting', message: 'The backend is starting.', retry_after: POLL_SECONDS }
    case 'READY':
      return { status: 'running', message: 'The backend is running.', retry_after: null }
    case 'STOPPING':
      return {
        status: 'stopping',
        // After a start that failed nobody's wish begins another.
        message:
          task.wantAgain && task.failure === null
            ? 'The backend is stopping; it starts again as soon as it has stopped.'
            : 'The backend is stopping.',
        retry_after: POLL_SECONDS,
      }
    default:
      return asleep(task, now)
  }
}

const asleep = (task: Task, now: number): Pick<Answer, 'status' | 'message' | 'retry_after'> => {
  if (task.failure === null)
    return { status: 'stopped', message: 'The backend is not running.', retry_after: null }
  const pause = Math.max(0, Math.ceil(pausedUntil(task) - now))
  return {
    status: 'failed',
    message: `The last start failed. ${task.stopReason ?? ''}${pause > 0 ? ` It can be started again in ${pause} s.` : ''}`,
    retry_after: pause > 0 ? pause : null,
  }
}

/** Why nothing was done. */
export const failure = (message: string): Answer => ({
  status: 'failed',
  message,
  task_arn: null,
  public_ip: null,
  url: null,
  ready: false,
  generation: null,
  expires_at: null,
  failure: null,
  retry_after: null,
})
