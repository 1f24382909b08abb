import { hostname } from 'node:os'
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAws } from '../../src/aws/createAws.ts'
import { machine } from '../../src/cli/machine.ts'
import type { Intercept } from '../../src/emulator/intercept.ts'
import { freshAws } from './liveStack.ts'
import { missingTools, type Place, placeAt } from './place.ts'
import { summaryOf } from './runProgram.ts'

const missing = missingTools()
const MANIFEST = 'manifests/notes.yaml'
const TABLE = 'notes-task-state-dev'

/** The example app on an AWS of its own. */
const opened = async (intercept?: Intercept) => {
  const aws = await freshAws(intercept)
  const place = await placeAt(aws.endpoint)
  const session = createAws({ region: 'us-east-1', profile: null, endpoint: aws.endpoint, maxAttempts: 3 })
  onTestFinished(async () => {
    session.close()
    await place.close()
    await aws.close()
  })
  const up = (...words: string[]) => place.storyarch('up', '-m', MANIFEST, '--yes', ...words)
  return { place, session, up }
}

/** Writes what a run that holds the lease has written. */
const leaseHeldBy = (
  session: ReturnType<typeof createAws>,
  { host, pid, expiresMs }: { host: string; pid: number; expiresMs: number },
) =>
  session.client(DynamoDBClient).send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { task_id: { S: 'lock' } },
      UpdateExpression:
        'SET lease_owner = :owner, lease_who = :who, lease_where = :where, lease_host = :host, lease_pid = :pid, lease_since_ms = :since, lease_expires_ms = :expires, unfinished = :yes',
      ExpressionAttributeValues: {
        ':owner': { S: 'another-run' },
        ':who': { S: 'ann@laptop' },
        ':where': { S: '/home/ann/notes' },
        ':host': { S: host },
        ':pid': { N: String(pid) },
        ':since': { N: String(expiresMs - 60_000) },
        ':expires': { N: String(expiresMs) },
        ':yes': { BOOL: true },
      },
    }),
  )

/** Changes the manifest, so that there is something to do. */
const moved = (place: Place) => place.edit(MANIFEST, 'port: 8080', 'port: 8080\n  memory: 2048')

/** Above every process id that Linux gives. */
const NOBODY = 2 ** 22 + 1

describe.skipIf(missing)(missing ?? 'the program and its lock', () => {
  describe('two runs of up at once', () => {
    test('one makes the stack, the other leaves with 4 and names the first, and nothing is made twice', async () => {
      let letGo = () => {}
      const held = new Promise<void>(resolve => {
        letGo = resolve
      })
      let arrived = () => {}
      const firstAtWork = new Promise<void>(resolve => {
        arrived = resolve
      })
      const { place, up } = await opened(async ({ operation }, phase) => {
        if (phase === 'before' && operation === 'CreateDistributionWithTags') {
          arrived()
          await held
        }
        return undefined
      })
      const first = up('--json')
      await firstAtWork
      const second = await up()
      letGo()
      expect(second.code).toBe(4)
      expect(second.stderr).toMatch(
        /The stack is being changed by \S+@\S+ \(.+\) since .+; the lock expires .+/,
      )
      expect(second.stderr).toContain(place.folder)
      expect(second.stderr).toContain('--force-unlock')
      expect((await first).code).toBe(0)
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0, exitCode: 0 })
    })
  })

  describe('a lock left behind', () => {
    test.each([
      ['by a killed run on another host holds until its expiry', 'elsewhere', 60_000, 4],
      ["by a killed run on another host is nobody's after its expiry", 'elsewhere', -1, 0],
      ['by a run on another machine of this name holds until its expiry', hostname(), 60_000, 4],
      ['by a dead process of this machine is taken at once', machine(), 60_000, 0],
    ])('%s', async (_, host, expiresInMs, code) => {
      const { place, session, up } = await opened()
      expect((await up()).code).toBe(0)
      await leaseHeldBy(session, { host, pid: NOBODY, expiresMs: Date.now() + expiresInMs })
      await moved(place)
      const next = await up()
      expect([next.code, next.stderr]).toEqual([
        code,
        code === 4 ? expect.stringContaining('ann@laptop (/home/ann/notes)') : expect.anything(),
      ])
      const plan = await place.storyarch('plan', '-m', MANIFEST, '--exit-code')
      expect(plan.code).toBe(code === 4 ? 2 : 0)
    })

    test('keeps no plan and no idle up from running, and gives way to --force-unlock', async () => {
      const { place, session, up } = await opened()
      await up()
      await leaseHeldBy(session, { host: 'elsewhere', pid: 1, expiresMs: Date.now() + 60_000 })
      expect((await up()).code).toBe(0)
      await moved(place)
      expect((await place.storyarch('plan', '-m', MANIFEST)).code).toBe(0)
      expect((await up('--force-unlock')).code).toBe(0)
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0 })
    })
  })

  describe('--expect', () => {
    test('lets the approved plan through, and no other one', async () => {
      const { place, up } = await opened()
      const { fingerprint } = JSON.parse((await place.storyarch('plan', '-m', MANIFEST, '--json')).stdout)
      const other = await up('--expect', '00000000')
      expect([other.code, other.stderr]).toEqual([5, expect.stringContaining('The plan moved')])
      expect((await place.inventory()).inventory['dynamodb tables']).toEqual([])
      expect((await up('--expect', fingerprint)).code).toBe(0)
      await moved(place)
      expect((await up('--expect', fingerprint)).code).toBe(5)
    })
  })

  describe('a bucket of somebody else under our name', () => {
    const Bucket = 'notes-database-dev'

    test('stops up before anything is made, with three remedies; --adopt takes it', async () => {
      const { place, session, up } = await opened()
      await session.client(S3Client).send(new CreateBucketCommand({ Bucket }))
      const refused = await up()
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain(`bucket/database (${Bucket}): already there and not of this stack`)
      for (const remedy of ['--adopt', 'another name', 'remove it']) expect(refused.stderr).toContain(remedy)
      expect((await place.inventory()).inventory['dynamodb tables']).toEqual([])

      expect((await up('--adopt')).code).toBe(0)
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0, exitCode: 0 })
    })
  })

  describe('what the manifest no longer wants', () => {
    test('goes, but for what holds data, which goes with --delete-data only', async () => {
      const { place, session, up } = await opened()
      await up()
      await place.edit(MANIFEST, /backend:[\s\S]*/, '')
      const plan = await place.storyarch('plan', '-m', MANIFEST)
      expect(plan.stdout).toContain('- lambdaFunction/task-manager')
      expect(plan.stdout).toMatch(/= bucket\/database|bucket\/database.*kept/)

      expect((await up()).code).toBe(0)
      const { inventory } = await place.inventory()
      expect(inventory['lambda functions']).toEqual([])
      expect(inventory['ecs clusters']).toEqual([])
      expect(inventory['iam roles']).toEqual([])
      await session.client(S3Client).send(new HeadBucketCommand({ Bucket: 'notes-database-dev' }))
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0, exitCode: 0 })

      expect((await up('--delete-data')).code).toBe(0)
      expect((await place.inventory()).inventory['s3 buckets']).toEqual(['notes-frontend-dev'])
    })

    test('a renamed one is made anew and the old one goes', async () => {
      const { place, up } = await opened()
      await up()
      await place.edit(MANIFEST, 'port: 8080', 'port: 8080\n  names: { taskManager: notes-starter }')
      expect((await up()).code).toBe(0)
      const { inventory } = await place.inventory()
      expect(inventory['lambda functions']).toEqual(['notes-starter', 'notes-task-monitor-dev'])
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0, exitCode: 0 })
    })
  })

  describe('Ctrl-C during up', () => {
    test('finishes what is in flight, says what is done and how to go on; up again converges', async () => {
      let interrupt = () => {}
      const { place, up } = await opened(({ operation }, phase) => {
        if (phase === 'after' && operation === 'CreateDistributionWithTags') interrupt()
        return undefined
      })
      const running = place.start('up', '-m', MANIFEST, '--yes')
      interrupt = () => running.kill('SIGINT')
      const stopped = await running.ended
      interrupt = () => {}
      expect(stopped.code).toBe(130)
      expect(stopped.stderr).toContain('Stopping: calls in flight finish. Ctrl-C again leaves at once.')
      expect(stopped.stderr).toMatch(
        /Interrupted; \d+ done\. To go on: storyarch up -m manifests\/notes\.yaml/,
      )
      expect(stopped.stderr).not.toContain('failed')
      expect(stopped.stderr).toContain('created  distribution/frontend')
      const { inventory } = await place.inventory()
      expect(inventory['cloudfront distributions']).toHaveLength(1)

      expect((await up()).code).toBe(0)
      expect(summaryOf(await up('--json'))).toMatchObject({ writes: 0, exitCode: 0 })
      expect((await place.inventory()).inventory['cloudfront distributions']).toHaveLength(1)
    })
  })
})
