import { join } from 'node:path'
import { type BackendProcess, startBackend } from './backendProcess.ts'

/** The notes' backend with its database in `folder`, on a port of its own. */
export const startNotes = (
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BackendProcess> =>
  startBackend({
    program: process.execPath,
    words: ['server.js'],
    folder: join(import.meta.dirname, '../../examples/notes/backend'),
    env: { PORT: '0', DATABASE_PATH: join(folder, 'notes.sqlite3'), ...env },
    listens: /listening on port (\d+)/,
  })
