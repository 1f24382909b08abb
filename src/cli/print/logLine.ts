import type { LogEvent } from '../../operations/logs/logEvent.ts'
import type { Colours } from '../shell.ts'

const SOURCE_WIDTH = 7
const COLOURS = ['cyan', 'magenta', 'yellow', 'blue', 'green'] as const
const KNOWN: Readonly<Record<string, (typeof COLOURS)[number]>> = {
  app: 'green',
  agent: 'cyan',
  restore: 'cyan',
  manager: 'magenta',
  monitor: 'yellow',
}

const colourOf = (source: string): (typeof COLOURS)[number] =>
  KNOWN[source] ??
  COLOURS[[...source].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS.length] ??
  'blue'

/** One line of a log for people: time of day, who wrote it, and what, without what would move a terminal's cursor. */
export const logLine = ({ atMs, source, message }: LogEvent, colours: Colours): string => {
  const time = new Date(atMs).toISOString().slice(11, 23)
  const name = colours[colourOf(source)](source.padEnd(SOURCE_WIDTH))
  const { text, level } = toldOf(message)
  const [first = '', ...rest] = printable(text).split('\n')
  const inked =
    level === 'error'
      ? colours.red
      : level === 'warn'
        ? colours.yellow
        : level === 'platform'
          ? colours.dim
          : String
  const indent = ' '.repeat(time.length + SOURCE_WIDTH + 2)
  return [
    `${colours.dim(time)} ${name} ${inked(first)}`,
    ...rest.map(line => `${indent}${inked(line)}`),
  ].join('\n')
}

type Level = 'error' | 'warn' | 'info' | 'platform'

/** Lambda's own lines, and the prefix it puts before what a function prints. */
const PLATFORM = /^(START|END|REPORT|INIT_START|RESTORE_START|EXTENSION) /
const LAMBDA = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t\S+\t(INFO|WARN|ERROR|DEBUG|TRACE)\t/

/** What a line says: one of JSON as its message and its facts, any other as it is. Pure. */
export const toldOf = (line: string): { readonly text: string; readonly level: Level } => {
  if (PLATFORM.test(line)) return { text: line, level: 'platform' }
  const [prefix = '', word = ''] = LAMBDA.exec(line) ?? []
  const text = line.slice(prefix.length)
  const fields = text.startsWith('{') ? objectIn(text) : null
  if (fields === null) return { text, level: levelOf(word) }
  const { time: _time, timestamp: _timestamp, level, message, event, msg, ...facts } = fields
  const words = message ?? msg ?? event
  const said = [
    words === undefined || typeof words === 'string' ? words : JSON.stringify(words),
    ...Object.entries(facts).map(([name, value]) => `${name}=${factText(value)}`),
  ]
  return { text: said.filter(part => part !== undefined).join('  '), level: levelOf(String(level ?? word)) }
}

const factText = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : JSON.stringify(value)

/** Whether Lambda wrote the line to frame what a function said, and it says nothing by itself. */
export const isFrame = (line: string): boolean => /^(START|END|INIT_START) /.test(line)

const levelOf = (word: string): Level => {
  const lower = word.toLowerCase()
  return lower === 'error' || lower === 'fatal' ? 'error' : lower.startsWith('warn') ? 'warn' : 'info'
}

const objectIn = (text: string): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** Colours stay; whatever else an app's output could do to a terminal does not. */
const printable = (text: string): string =>
  text.replace(
    /\x1b(?!\[[\d;]*m)(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g,
    '',
  )
