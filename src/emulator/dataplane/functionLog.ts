import { randomUUID } from 'node:crypto'
import type { Call } from '../service.ts'
import type { FunctionRow } from '../services/lambda/functionRow.ts'
import { groupTable } from '../services/logs/group.ts'
import { groups } from '../services/logs/groups.ts'
import { appendEvents, findStream, newStream } from '../services/logs/stream.ts'

/** `2026/01/02/[$LATEST]…`, as Lambda names the stream of one process. */
export const streamName = (now: number): string =>
  `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`

export const logGroupOf = ({ name, settings }: FunctionRow): string =>
  settings.logging.LogGroup ?? `/aws/lambda/${name}`

/** Writes into the function's log group, which Lambda makes when it is not there. `call` is one of `logs`. */
export const writeLog = (call: Call, group: string, stream: string, messages: readonly string[]): void => {
  if (!groupTable(call).has(group)) groups.CreateLogGroup({ logGroupName: group }, call)
  if (!findStream(call, group, stream)) newStream(call, group, stream)
  const row = findStream(call, group, stream)
  const events = messages.filter(message => message !== '').map(message => ({ at: call.now, message }))
  if (row) appendEvents(call, row, events)
}

interface Measured {
  readonly durationMs: number
  readonly memoryMb: number
  /** Null when the process was there already. */
  readonly initMs: number | null
}

const json = (type: string, now: number, record: object): string =>
  JSON.stringify({ time: new Date(now).toISOString(), type: `platform.${type}`, record })

/** What Lambda itself writes before an invocation. */
export const startLines = (row: FunctionRow, requestId: string, now: number): string[] =>
  row.settings.logging.LogFormat === 'JSON'
    ? [json('start', now, { requestId, version: '$LATEST' })]
    : [`START RequestId: ${requestId} Version: $LATEST\n`]

/** What Lambda itself writes after it; memory is what was asked for, nobody measures it here. */
export const endLines = (row: FunctionRow, requestId: string, now: number, measured: Measured): string[] => {
  const { durationMs, memoryMb, initMs } = measured
  const billedMs = Math.ceil(durationMs + (initMs ?? 0))
  if (row.settings.logging.LogFormat === 'JSON')
    return [
      json('report', now, {
        requestId,
        metrics: {
          durationMs: Number(durationMs.toFixed(3)),
          billedDurationMs: billedMs,
          memorySizeMB: memoryMb,
          maxMemoryUsedMB: memoryMb,
          ...(initMs !== null && { initDurationMs: Number(initMs.toFixed(3)) }),
        },
      }),
    ]
  const init = initMs === null ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`
  return [
    `END RequestId: ${requestId}\n`,
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${memoryMb} MB\t${init}\n`,
  ]
}
