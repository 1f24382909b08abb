import { createServer } from 'node:http'
import { answer } from './api.js'
import { openNotes } from './notes.js'

/** For a request that does not end. */
const PATIENCE_MS = 10_000

const port = Number(process.env.PORT ?? 8080)
const notes = openNotes(process.env.DATABASE_PATH ?? 'notes.sqlite3')
const site = process.env.SITE_ORIGIN ?? '*'

const server = createServer((request, response) => {
  // A browser keeps its connection open; while the server closes there is nothing more to come on it.
  response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()))
  return answer(request, response, notes, site)
})
server.listen(port, () => console.log(`notes: listening on port ${server.address().port}`))

/** Requests that have begun are answered, the database is closed, and only then the program ends. */
const stop = () => {
  server.close(() => {
    notes.close()
    console.log('notes: stopped')
  })
  setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref()
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
