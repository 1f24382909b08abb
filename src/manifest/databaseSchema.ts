import { bucketName } from './checks/bucketName.ts'
import { absent, count, section, text } from './kit.ts'

export const database = section({
  bucket: absent(
    text(bucketName).describe('S3 bucket of the database. Default: <project>-database-<environment>.'),
  ),
  key: text(key =>
    /^[A-Za-z0-9!_.*'()/-]{1,900}$/.test(key) && !/^\/|\/$|\/\//.test(key)
      ? null
      : 'is not a key such as db.sqlite3.',
  )
    .default('db.sqlite3')
    .describe('Object the database is kept in.'),
  path: text(value =>
    /^\/[^:]*[^:/]$/.test(value) && value.lastIndexOf('/') > 0 && !value.split('/').includes('..')
      ? null
      : 'is not an absolute path to a file in a folder, such as /data/db.sqlite3.',
  )
    .default('/data/db.sqlite3')
    .describe('Where the app finds it; its folder is shared with the agent that carries it.'),
  keep: section({
    versions: count(0, 100, 'versions')
      .default(20)
      .describe('The newest old versions, whatever their age. 0: age alone decides.'),
    days: count(1, 3650, 'days').default(30).describe('Old versions younger than this.'),
  })
    .prefault({})
    .describe('Which old versions are kept: those that either rule wants.'),
})
