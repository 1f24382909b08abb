import type { Answer } from '../../operations/askManager.ts'
import type { Stored } from '../../operations/database/databaseAfter.ts'
import type { Version } from '../../operations/database/version.ts'
import type { Timings } from '../../operations/life.ts'
import { ago } from './ago.ts'
import { bytes } from './bytes.ts'
import { duration } from './duration.ts'

/** What the task manager says, and until when the backend lives. */
export const answerText = ({ message, expiresAt, generation }: Answer, nowMs: number): string => {
  const life = expiresAt === null ? null : expiresAt * 1000 - nowMs
  const until = life === null || life <= 0 ? '' : ` It stops in ${duration(life)} unless somebody pings.`
  return `${message}${until}${generation === 0 ? '' : ` (generation ${generation})`}`
}

/** `schedule 8.2 s, pull 12 s, database 0.6 s, app 2.1 s`; empty when nothing was measured. */
export const timingsText = (timings: Timings | null): string =>
  Object.entries(timings ?? {})
    .map(([phase, ms]) => `${phase} ${duration(ms)}`)
    .join(', ')

export const versionText = ({ id, bytes: size }: Version): string => `version ${id} (${bytes(size)})`

/** Where the database is after a stop, in a sentence; `isSafe` false is for the exit code. */
export const storedText = (
  stored: Stored,
  nowMs: number,
): { readonly text: string; readonly isSafe: boolean } => {
  switch (stored.outcome) {
    case 'saved':
      return { text: `The database is stored as ${versionText(stored.version)}.`, isSafe: true }
    case 'unchanged':
      return {
        text: `The database is stored: unchanged since ${versionText(stored.version)} of ${ago(stored.version.atMs, nowMs)}.`,
        isSafe: true,
      }
    case 'none':
      return { text: 'There is no database yet.', isSafe: true }
    case 'aside':
      return {
        text: `The database was put aside as ${stored.aside.key} (${bytes(stored.aside.bytes)}): ${stored.aside.why === 'broken' ? 'it is broken' : 'another version was stored meanwhile'}. The current one was left alone.`,
        isSafe: false,
      }
    case 'unsure': {
      const latest =
        stored.version === null
          ? 'There is no version of it.'
          : `The latest is ${versionText(stored.version)} of ${ago(stored.version.atMs, nowMs)}.`
      const why =
        stored.exitCode === null
          ? 'nobody says that its database was stored'
          : `the agent that stores its database ended with exit code ${stored.exitCode}`
      return {
        text: `The task is over, but ${why}. ${latest} See storyarch logs task and storyarch db versions.`,
        isSafe: false,
      }
    }
  }
}
