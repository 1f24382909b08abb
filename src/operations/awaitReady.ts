import { UserError } from '../errors.ts'
import { type Answer, askManager } from './askManager.ts'
import type { Backend, Doors } from './backend.ts'
import { appUrl, type Life, type Timings } from './life.ts'
import { breakdown, phasesOf } from './phases.ts'
import { readLife } from './readLife.ts'
import { type SeenTask, seeTask } from './seeTask.ts'
import { tellPhases } from './tellPhases.ts'

const POLL_MS = 1000
/** Beyond the start deadline the lifecycle itself gives up; the rest is its time to say so. */
const MARGIN_SECONDS = 60
/** What a task that is still stopping may take: the app's and then the agent's whole time to stop. */
const STOPPING_SECONDS = 300
/** A security group or a proxy that lets nobody through shows within this time. */
const REACH_SECONDS = 20

export interface Ready {
  readonly generation: number
  readonly url: string | null
  /** Epoch seconds until which it lives without another ping. */
  readonly expiresAt: number | null
  /** Null when it ran already. */
  readonly coldStart: { readonly totalMs: number; readonly phases: Timings | null } | null
}

/** Whether the app answers at `url`; any answer below 400 counts. Never throws. */
export type Probe = (url: string) => Promise<boolean>

/**
 * Waits for the backend that `answer` is about until the app answers its health path, reporting each phase. Throws
 * UserError with the reason when the start comes to nothing, and when the start deadline and a margin are over.
 */
export const awaitReady = async (
  doors: Doors,
  backend: Backend,
  { answer, by, probe }: { readonly answer: Answer; readonly by: string; readonly probe: Probe },
): Promise<Ready> => {
  const { aws, clock, report, signal } = doors
  const isStopping = answer.status === 'stopping'
  const generation = isStopping ? answer.generation + 1 : answer.generation
  const patience = backend.startDeadlineSeconds + MARGIN_SECONDS + (isStopping ? STOPPING_SECONDS : 0)
  const deadlineMs = clock.nowMs() + patience * 1000
  const tell = tellPhases(report)
  if (isStopping) report({ type: 'note', text: 'The backend is stopping; it starts again once it has.' })
  for (;;) {
    const life = await readLife(aws, backend)
    if (life.generation >= generation) {
      const failure = failureOf(life)
      if (failure !== null) throw failure
      const seen = life.taskArn === null ? null : await seeTask(aws, backend, life.taskArn)
      if (answer.status !== 'running') tell(phasesOf(life, seen))
      if (life.state === 'READY') {
        await reach(doors, backend, life, probe)
        return readyOf(life, seen, backend, answer.status === 'running')
      }
    } else if (life.state === 'ASLEEP') await askManager(doors, backend, 'start', by)
    if (clock.nowMs() > deadlineMs)
      throw new UserError(
        `The backend is not ready after ${patience} s: it is ${life.state}.`,
        'What it says is in its log: storyarch logs task. A slow app needs a longer backend.startDeadline.',
      )
    await clock.sleep(POLL_MS, signal)
  }
}

const failureOf = ({ state, stopReason, stopCause }: Life): UserError | null => {
  if (state !== 'ASLEEP' && state !== 'STOPPING') return null
  const why = stopReason ?? stopCause ?? 'nobody recorded why.'
  return new UserError(`The backend did not start: ${why}`, 'Its log may tell more: storyarch logs task')
}

/** The app was seen healthy from inside the task; whoever waits for it wants to reach it, too. */
const reach = async ({ clock, signal }: Doors, backend: Backend, life: Life, probe: Probe): Promise<void> => {
  const url = appUrl(life, backend.port)
  if (!backend.isPublic || url === null) return
  const address = `${url.replace(/\/$/, '')}${backend.healthPath}`
  const deadlineMs = clock.nowMs() + REACH_SECONDS * 1000
  while (!(await probe(address))) {
    if (clock.nowMs() > deadlineMs)
      throw new UserError(
        `The app is ready, but ${address} does not answer from here.`,
        'Check that the security group lets you in, and that no proxy or firewall of yours is in between.',
      )
    await clock.sleep(POLL_MS, signal)
  }
}

const readyOf = (life: Life, seen: SeenTask | null, { port }: Backend, ranAlready: boolean): Ready => {
  const { generation, expiresAt, startedAt, readyAt } = life
  const isCold = !ranAlready && startedAt !== null && readyAt !== null
  return {
    generation,
    url: appUrl(life, port),
    expiresAt,
    coldStart: isCold
      ? { totalMs: Math.round((readyAt - startedAt) * 1000), phases: breakdown(life, seen) }
      : null,
  }
}
