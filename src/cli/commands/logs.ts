import type { Command } from '../command.ts'

export interface LogsFlags {
  readonly follow: boolean
  readonly since: string | null
}

export const logs: Command<LogsFlags> = {
  name: 'logs',
  summary: 'print what the task and its functions logged, merged by time',
  arguments: [
    { name: '[source]', summary: 'only this one (default: all)', choices: ['task', 'manager', 'monitor'] },
  ],
  options: [
    { flags: '-f, --follow', summary: 'go on with what is written, until Ctrl-C' },
    { flags: '--since <duration>', summary: 'how far to look back: 90s, 10m (default), 2h, 1d' },
  ],
  examples: [
    { line: 'storyarch logs', does: 'the last ten minutes of everything' },
    { line: 'storyarch logs task --follow', does: 'the app and the agent beside it, live' },
    { line: 'storyarch logs monitor --since 1d --json', does: 'one JSON object a line, for programs' },
  ],
  finishesWhenInterrupted: true,
  async run(flags, shell, [source]) {
    const { runLogs } = await import('../runLogs.ts')
    return runLogs(flags, shell, source ?? null)
  },
}
