import type { Task } from './task.ts'

/** What a browser gets. The first four members are the ones clients have always read. */
export interface Answer {
  readonly status: 'started' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed'
  readonly task_arn: string | null
  readonly public_ip: string | null
  readonly message: string
  readonly ready: boolean
  readonly generation: number | null
  /** Epoch seconds. */
  readonly expires_at: number | null
}

const TOLD = {
  ASLEEP: { status: 'stopped', message: 'The backend is not running.' },
  STARTING: { status: 'starting', message: 'The backend is starting.' },
  READY: { status: 'running', message: 'The backend is running.' },
  STOPPING: { status: 'stopping', message: 'The backend is stopping.' },
} as const

/** How the backend is. */
export const statusOf = (task: Task): Answer => ({
  ...TOLD[task.state],
  task_arn: task.taskArn,
  public_ip: task.publicIp,
  ready: task.state === 'READY',
  generation: task.generation,
  expires_at: task.expiresAt,
})

/** Why nothing was done. */
export const failure = (message: string): Answer => ({
  status: 'failed',
  message,
  task_arn: null,
  public_ip: null,
  ready: false,
  generation: null,
  expires_at: null,
})
