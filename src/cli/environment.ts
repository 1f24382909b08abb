import type { Host, Sink } from './host.ts'

/** Set by coding agents in the shells they run commands in; they read lines, not animations. */
const AGENTS = [
  'AI_AGENT',
  'CLAUDECODE',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'CODEX_SANDBOX',
  'OPENCODE',
  'AUGMENT_AGENT',
]

type Env = Host['env']

/** Whether a switch among the variables is on: `0`, `false` and nothing say no. */
export const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== '0' && value !== 'false'

export const isCi = (env: Env): boolean => isSet(env['CI'])

export const isAgent = (env: Env): boolean => AGENTS.some(name => isSet(env[name]))

/** Whether `sink` gets colours. NO_COLOR (no-color.org) wins over FORCE_COLOR, which wins over everything else. */
export const hasColours = (sink: Sink, env: Env): boolean => {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  if (env['FORCE_COLOR'] !== undefined) return isSet(env['FORCE_COLOR']) || env['FORCE_COLOR'] === ''
  return isPerson(sink, env)
}

/** Whether a person watches `sink`: a terminal that can move its cursor, and neither CI nor an agent behind it. */
export const isPerson = (sink: Sink, env: Env): boolean =>
  sink.isTTY === true && env['TERM'] !== 'dumb' && !isCi(env) && !isAgent(env)
