import type { Readable } from 'node:stream'
import type { Call } from '../../service.ts'
import { groupTable } from '../../services/logs/group.ts'
import { groups } from '../../services/logs/groups.ts'
import { appendEvents, findStream, newStream } from '../../services/logs/stream.ts'
import { CannotPrepare } from './secrets.ts'

const BATCH_MS = 100
/** CloudWatch takes no longer event; a longer line becomes several. */
const EVENT_BYTES = 262_144 - 26

export interface ContainerLog {
  /** Every line of it becomes an event with the time it came. */
  read(output: Readable): void
  /** Writes what is still to be written. */
  close(): void
}

/** A log that goes nowhere still has to be read, or the container would stand still. */
export const noLog: ContainerLog = { read: output => void output.resume(), close: () => {} }

/**
 * The stream `<prefix>/<container>/<task id>` that the log driver `awslogs` writes to. Throws CannotPrepare when its
 * group is not there and shall not be made.
 */
export const openContainerLog = (
  logsOf: (region: string) => Call,
  options: Readonly<Record<string, string>>,
  names: { container: string; taskId: string },
): ContainerLog => {
  const {
    'awslogs-group': group = '',
    'awslogs-region': region = '',
    'awslogs-stream-prefix': prefix,
  } = options
  const stream = prefix === undefined ? names.taskId : `${prefix}/${names.container}/${names.taskId}`
  const call = logsOf(region)
  if (!groupTable(call).has(group)) {
    if (options['awslogs-create-group'] !== 'true')
      throw new CannotPrepare(
        `failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. (${group})`,
      )
    groups.CreateLogGroup({ logGroupName: group }, call)
  }
  if (!findStream(call, group, stream)) newStream(call, group, stream)

  let waiting: { at: number; message: string }[] = []
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    const events = waiting
    waiting = []
    // Somebody may have deleted the stream meanwhile: the task goes on without its log.
    const row = findStream(logsOf(region), group, stream)
    if (row) appendEvents(logsOf(region), row, events)
  }
  const write = (line: string): void => {
    if (line === '') return
    const at = logsOf(region).now
    for (let rest = Buffer.from(line); rest.length > 0; rest = rest.subarray(EVENT_BYTES))
      waiting.push({ at, message: rest.subarray(0, EVENT_BYTES).toString() })
    timer ??= setTimeout(flush, BATCH_MS).unref()
  }
  return {
    read(output) {
      let rest = ''
      output.setEncoding('utf8')
      output.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) write(line)
      })
      output.on('close', () => {
        write(rest)
        rest = ''
      })
    },
    close: flush,
  }
}
