import { execFile } from 'node:child_process'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Section } from './report.ts'
import { median } from './statistics.ts'

const run = promisify(execFile)

const ROUNDS = 7
const DATABASE_BYTES = 10e6
const PAGE_BYTES = 4_000
const LIMIT_SECONDS = 1.5
const MANIFEST = 'manifests/notes.yaml'

interface Ready {
  readonly totalMs: number
  /** `schedule`, `pull`, `database`, `app`. */
  readonly phases: Readonly<Record<string, number>>
}

/** A database of that size whose pages do not compress to nothing. */
const writeDatabase = (path: string): void => {
  const database = new DatabaseSync(path)
  database.exec('CREATE TABLE filler (bytes BLOB)')
  const insert = database.prepare('INSERT INTO filler VALUES (randomblob(?))')
  database.exec('BEGIN')
  for (let bytes = 0; bytes < DATABASE_BYTES; bytes += PAGE_BYTES) insert.run(PAGE_BYTES)
  database.exec('COMMIT')
  database.close()
}

/** What storyarch adds to a cold start: everything but ECS's own scheduling and pull, on the embedded AWS's real processes. */
export const coldStart = async (root: string, scratch: string): Promise<Section> => {
  const folder = join(scratch, 'cold')
  await mkdir(folder)
  for (const part of ['manifests', 'examples/notes'])
    await cp(join(root, part), join(folder, part), { recursive: true })
  const storyarch = async (...words: string[]): Promise<string> => {
    const line = [join(root, 'bin/storyarch.js'), ...words, '--json']
    const { stdout } = await run(process.execPath, line, {
      cwd: folder,
      env: { ...process.env, STORYARCH_LOCAL: '1' },
    })
    return stdout
  }
  try {
    await storyarch('up', '-m', MANIFEST, '--only', 'infra,backend', '--yes')
    const { endpoint } = JSON.parse(await storyarch('local', 'status')) as { endpoint: string }
    const path = join(folder, 'ten.sqlite3')
    writeDatabase(path)
    const s3 = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    })
    const Body = await readFile(path)
    await s3.send(new PutObjectCommand({ Bucket: 'notes-database-dev', Key: 'db.sqlite3', Body }))
    s3.destroy()
    const starts: Ready[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const events = (await storyarch('wake', '--wait', '-m', MANIFEST)).trim().split('\n')
      const ready = events.map(line => JSON.parse(line)).find(({ type }) => type === 'ready')
      starts.push(ready.coldStart)
      await storyarch('stop', '-m', MANIFEST)
    }
    const middle = (of: (start: Ready) => number): number => median(starts.map(of)) / 1000
    const phase = (name: string) => middle(({ phases }) => phases[name] ?? 0)
    return {
      title: `Cold start with a database of ${Body.length / 1e6} MB`,
      rows: [
        {
          what: 'all but scheduling and pull',
          value: middle(({ totalMs, phases }) => totalMs - (phases['schedule'] ?? 0) - (phases['pull'] ?? 0)),
          unit: 's',
          limit: LIMIT_SECONDS,
          note: `median of ${ROUNDS}; the app's own boot is in it`,
        },
        ...['schedule', 'pull', 'database', 'app'].map(name => ({
          what: name,
          value: phase(name),
          unit: 's',
          limit: null,
          note: name === 'database' ? 'claim, download, checks, and the start of the container' : '',
        })),
      ],
    }
  } finally {
    await storyarch('local', 'stop')
  }
}
