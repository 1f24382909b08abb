import type { Phase } from '../../operations/phases.ts'
import type { BackendStatus, SessionStatus } from '../../operations/status/backendStatus.ts'
import { ago, roughly } from '../print/ago.ts'
import { timingsText } from '../print/backend.ts'
import { duration } from '../print/duration.ts'
import type { Board } from './board.ts'
import { type Ink, type Line, shown, span } from './line.ts'

const INKS: Readonly<Record<BackendStatus['state'], Ink>> = {
  ASLEEP: 'dim',
  STARTING: 'yellow',
  READY: 'green',
  STOPPING: 'yellow',
}

/** The backend's state with its countdown, who woke it, and how it came up. */
export const backendSection = ({ backend, alarm, nowMs }: Board): Line[] => {
  if (backend === null) return [[span('reading …', 'dim')]]
  const { state, generation, taskStatus } = backend
  const about = [
    countdown(backend, nowMs),
    generation === 0 ? 'never woken' : `generation ${generation}`,
    taskStatus === null ? '' : `task ${shown(taskStatus)}`,
    alarm === null || state === 'ASLEEP' ? '' : `alarm ${shown(alarm)}`,
  ].filter(text => text !== '')
  return [
    [span(state, INKS[state]), span(`  ${about.join(', ')}`)],
    ...details(backend, nowMs).map((text): Line => [span(text)]),
    ...progressLine(backend.progress, nowMs),
    ...(backend.failure === null || state !== 'ASLEEP'
      ? []
      : [[span(`the last start failed (${shown(backend.failure)})`, 'red')]]),
  ]
}

const countdown = ({ state, expiresAtMs, stoppedAtMs, wantAgain }: BackendStatus, nowMs: number): string => {
  if (state === 'ASLEEP') return stoppedAtMs === null ? '' : `since ${ago(stoppedAtMs, nowMs)}`
  if (state === 'STOPPING') return wantAgain ? 'starts again once it has stopped' : ''
  if (expiresAtMs === null) return ''
  const leftMs = expiresAtMs - nowMs
  return leftMs > 0 ? `stops in ${duration(leftMs)} unless pinged` : `expired ${ago(expiresAtMs, nowMs)}`
}

const details = (backend: BackendStatus, nowMs: number): string[] => {
  const { state, wokenBy, startedAtMs, lastPingAtMs, stopReason, url } = backend
  if (state === 'ASLEEP') return stopReason === null ? [] : [shown(stopReason)]
  const woken = wokenBy === null ? '' : `woken by ${shown(wokenBy)}`
  const when = startedAtMs === null ? '' : ago(startedAtMs, nowMs)
  const pinged = lastPingAtMs === null ? '' : `, last ping ${ago(lastPingAtMs, nowMs)}`
  return [
    `${woken} ${when}${pinged}`.trim(),
    url === null ? '' : shown(url),
    state === 'STOPPING' && stopReason !== null ? shown(stopReason) : '',
    coldStartText(backend),
  ].filter(text => text !== '')
}

/** `cold start 41 s: schedule 8.2 s, pull 30 s, …` */
const coldStartText = ({ coldStartMs, phases }: SessionStatus): string => {
  if (coldStartMs === null) return ''
  const parts = timingsText(phases)
  return `cold start ${duration(coldStartMs)}${parts === '' ? '' : `: ${parts}`}`
}

const progressLine = (progress: readonly Phase[], nowMs: number): Line[] =>
  progress.length === 0
    ? []
    : [
        progress.flatMap(({ name, startMs, endMs }, index) => [
          span(index === 0 ? '' : ' > '),
          endMs === null
            ? span(`${name} ${duration(Math.max(0, nowMs - startMs))} …`, 'yellow')
            : span(`${name} ${duration(endMs - startMs)}`, 'green'),
        ]),
      ]

/** The lives that are over, the latest first. */
export const sessionsSection = ({ backend, nowMs }: Board, most: number): Line[] => {
  const sessions = backend?.sessions ?? []
  if (sessions.length === 0) return [[span('none yet', 'dim')]]
  return sessions.slice(0, most).flatMap(session => sessionLines(session, nowMs))
}

const sessionLines = (session: SessionStatus, nowMs: number): Line[] => {
  const { generation, startedAtMs, stoppedAtMs, wokenBy, stopReason, failure } = session
  const when = startedAtMs === null ? '' : ago(startedAtMs, nowMs)
  const lived = startedAtMs === null || stoppedAtMs === null ? '?' : roughly(stoppedAtMs - startedAtMs)
  const failed = failure === null ? '' : `the start failed (${shown(failure)})`
  const who = wokenBy === null ? '' : `woken by ${shown(wokenBy)}`
  const why = stopReason === null ? '' : shown(stopReason)
  const below = [coldStartText(session), [who, why].filter(text => text !== '').join('; ')]
  return [
    [
      span(`${String(generation).padStart(4)}  `, 'dim'),
      span(
        [when, `lived ${lived}`, failed].filter(text => text !== '').join(', '),
        failure === null ? 'plain' : 'red',
      ),
    ],
    ...below.filter(text => text !== '').map((text): Line => [span(`      ${text}`, 'dim')]),
  ]
}
