import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Base } from '../../../src/runtime/container/base.ts'
import {
  asideFolder,
  decideAbsence,
  decideBoot,
  decideCopy,
  decideRefusal,
  decideUpload,
} from '../../../src/runtime/container/decide.ts'

/** One version in a toy S3: what it holds, who wrote it, and the version it was made from. */
interface Version {
  readonly etag: string
  readonly content: string
  readonly writer: string
  readonly parent: string | null
}

interface Bucket {
  /** Every version and delete marker (null), from old to new. */
  readonly history: (Version | null)[]
  readonly aside: string[]
}

interface Task {
  readonly base: Base
  content: string | null
}

const current = ({ history }: Bucket): Version | null => history.at(-1) ?? null

const newest = ({ history }: Bucket) => {
  if (history.length === 0) return 'nothing'
  return current({ history, aside: [] }) === null ? 'deleteMarker' : 'version'
}

/** A task begins as `restore` decides; null when the app must not start. */
const begin = (bucket: Bucket): Task | null => {
  const version = current(bucket)
  if (version === null)
    return decideAbsence(newest(bucket)) === 'start-empty' ? { base: { kind: 'empty' }, content: null } : null
  const { etag, content } = version
  return { base: { kind: 'version', etag, versionId: null, sha256: content, counters: '' }, content }
}

let writers = 0

/** A task ends as `run` decides. `answerLost`: its write works and it never hears of it. */
const end = (bucket: Bucket, task: Task, answerLost: boolean): void => {
  if (decideCopy(task.base, task.content?.length ?? null) !== 'copy' || task.content === null) return
  const upload = decideUpload(task.base, task.base.kind === 'version' ? task.content : null)
  if (upload === 'unchanged') return
  const writer = `writer ${++writers}`
  const attempt = () => {
    const there = current(bucket)
    const allowed = upload === 'absent' ? there === null : there?.etag === upload.match
    if (allowed) {
      const parent = task.base.kind === 'version' ? task.base.etag : null
      bucket.history.push({ etag: `etag of ${task.content}`, content: task.content ?? '', writer, parent })
    }
    return allowed
  }
  let heard = attempt()
  if (heard && answerLost) heard = attempt()
  if (!heard && decideRefusal(writer, current(bucket)?.writer ?? null) === 'conflict')
    bucket.aside.push(task.content)
}

const step = fc.oneof(
  fc.record({ act: fc.constant('begin' as const) }),
  fc.record({ act: fc.constant('write' as const), task: fc.nat(3), text: fc.string({ minLength: 1 }) }),
  fc.record({ act: fc.constant('end' as const), task: fc.nat(3), answerLost: fc.boolean() }),
  fc.record({ act: fc.constant('delete' as const) }),
)

describe('over any lives of any tasks', () => {
  test('no version is replaced but by one made from it, and no write is lost', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        const bucket: Bucket = { history: [], aside: [] }
        const tasks: Task[] = []
        for (const one of steps) {
          if (one.act === 'begin') {
            const begun = begin(bucket)
            if (begun === null) expect(bucket.history).not.toEqual([])
            else if (begun.base.kind === 'empty') expect(bucket.history).toEqual([])
            if (begun) tasks.push(begun)
          } else if (one.act === 'delete') {
            if (bucket.history.length > 0) bucket.history.push(null)
          } else {
            const task = tasks[one.task]
            if (task === undefined) continue
            if (one.act === 'write') task.content = one.text
            else {
              end(bucket, task, one.answerLost)
              tasks.splice(one.task, 1)
              const kept = [...bucket.history.map(version => version?.content), ...bucket.aside]
              if (task.content !== null) expect(kept).toContain(task.content)
            }
          }
        }
        bucket.history.forEach((version, index) => {
          if (version === null) return
          expect(version.parent).toBe(bucket.history[index - 1]?.etag ?? null)
        })
      }),
      { numRuns: 2000 },
    )
  })
})

const base = fc.oneof(
  fc.constant<Base>({ kind: 'empty' }),
  fc.record({
    kind: fc.constant('version' as const),
    etag: fc.string(),
    versionId: fc.option(fc.string()),
    sha256: fc.string(),
    counters: fc.string(),
  }),
)

test('a file that is there is never restored over', () => {
  fc.assert(
    fc.property(fc.option(base), found => {
      expect(decideBoot({ hasDatabase: true, base: found })).toBe(found === null ? 'refuse' : 'keep')
      expect(decideBoot({ hasDatabase: false, base: found })).toBe('restore')
    }),
  )
})

test('a database that is gone or empty is nothing to store, and told when there was one', () => {
  fc.assert(
    fc.property(base, fc.option(fc.nat()), (begun, bytes) => {
      const act = decideCopy(begun, bytes)
      if (bytes) expect(act).toBe('copy')
      else expect(act).toBe(begun.kind === 'empty' ? 'nothing' : 'vanished')
    }),
  )
})

test('folders aside sort by time and name the task', () => {
  const date = fc.date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(date, date, (one, two) => {
      const [first, second] = [one, two].map(now => asideFolder('conflicts', now, '7'))
      expect(first).toMatch(/^conflicts\/\d{8}T\d{6}Z-7$/)
      if (Math.floor(one.getTime() / 1000) < Math.floor(two.getTime() / 1000))
        expect((first ?? '') < (second ?? '')).toBe(true)
    }),
  )
})
