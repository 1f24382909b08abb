import { spawn } from 'node:child_process'
import { once } from 'node:events'

const APP = `
const { DatabaseSync } = require('node:sqlite')
const [path, how, ...texts] = process.argv.slice(1)
const database = new DatabaseSync(path)
if (how === 'wal') {
  database.exec('PRAGMA journal_mode = wal; PRAGMA wal_autocheckpoint = 0')
} else {
  // So little cache that an open transaction spills into the file, whose old pages are then in the journal only.
  database.exec('PRAGMA journal_mode = delete; PRAGMA cache_size = 1; BEGIN')
}
const insert = database.prepare('INSERT INTO posts (text) VALUES (?)')
for (const text of texts) insert.run(text)
if (how !== 'wal') for (let i = 0; i < 2000; i++) insert.run('filler of some length, many times')
console.log('written')
setInterval(() => {}, 1000)
`

/** An app that writes to its database and is then killed: it leaves a WAL, or a hot journal. */
export const killedApp = async (
  path: string,
  how: 'wal' | 'hot journal',
  texts: readonly string[],
): Promise<void> => {
  const app = spawn(process.execPath, ['-e', APP, path, how, ...texts], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(app.stdout, 'data')
  app.kill('SIGKILL')
  await once(app, 'close')
}
