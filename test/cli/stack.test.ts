import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { CreateBucketCommand, GetBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, describe, expect, test } from 'vitest'
import type { Intercept } from '../../src/emulator/intercept.ts'
import type { Emulator } from '../../src/emulator/server.ts'
import { AwsError } from '../../src/emulator/service.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { start, storyarch } from './storyarch.ts'

const MINIMAL = resolve('manifests/minimal.yaml')
const NOTES = resolve('manifests/notes.yaml')
const TABLE = 'minimal-task-state-dev'
const BUCKET = 'minimal-frontend-dev'

let ending: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ending) await end()
  ending = []
})

/** An empty AWS, and the program as somebody would run it against it. */
const aws = async (intercept?: Intercept) => {
  const emulator = await freshAws(intercept)
  ending.push(emulator.close)
  const env = {
    AWS_ENDPOINT_URL: emulator.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const s3 = new S3Client({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  })
  return { emulator, env, s3, run: (...words: string[]) => storyarch(words, { env }) }
}

const writesOf = (emulator: Emulator): number =>
  emulator.calls.recent().filter(({ operation }) => !/^(Get|List|Describe|Head)/.test(operation)).length

const eventsIn = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const events = async (...words: Parameters<typeof storyarch>) => eventsIn((await storyarch(...words)).stdout)

describe('up', () => {
  test('makes the stack, prints its address and nothing else on stdout; again, it writes nothing', async () => {
    const { emulator, run } = await aws()
    const first = await run('up', '-m', MINIMAL, '--yes')
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^site_url {2}http:\/\/127\.0\.0\.1:\d+\n$/),
    })
    expect(first.stderr).toMatch(/^minimal\/dev in account 123456789012, us-east-1, as /)
    emulator.calls.clear()
    const second = await run('up', '-m', MINIMAL, '--yes')
    expect(second).toMatchObject({ code: 0, stdout: first.stdout })
    expect(second.stderr).toContain('Nothing to do: 6 resources are as the manifest says.')
    expect(writesOf(emulator)).toBe(0)
  })

  test('--json: versioned events on stdout, the summary last', async () => {
    const { env } = await aws()
    const all = await events(['up', '-m', MINIMAL, '--yes', '--json'], { env })
    expect(all.every(({ version }) => version === 1)).toBe(true)
    expect(all[0]).toMatchObject({ type: 'plan', stack: 'minimal/dev' })
    expect(all.filter(({ type }) => type === 'done')).toHaveLength(6)
    const [told] = await events(['outputs', '-m', MINIMAL, '--json'], { env })
    expect(all.at(-1)?.['outputs']).toEqual(told?.['outputs'])
    const again = await events(['up', '-m', MINIMAL, '--yes', '--json'], { env })
    expect(again.at(-1)).toMatchObject({ type: 'summary', writes: 0, exitCode: 0, done: [], failed: [] })
  })

  test.each([[[]], [['--no-input']], [['--json']]])(
    'where nobody can answer, with %j, it names the flag and writes nothing',
    async flags => {
      const { emulator, run } = await aws()
      const { code, stderr } = await run('up', '-m', MINIMAL, ...flags)
      expect(code).toBe(64)
      expect(stderr).toContain('--yes')
      expect(writesOf(emulator)).toBe(0)
    },
  )

  test('--expect carries out that plan and no other', async () => {
    const { emulator, env, run } = await aws()
    const [plan] = await events(['plan', '-m', MINIMAL, '--json'], { env })
    const wrong = await run('up', '-m', MINIMAL, '--yes', '--expect', '00000000')
    expect(wrong.code).toBe(5)
    expect(writesOf(emulator)).toBe(0)
    const right = await run('up', '-m', MINIMAL, '--yes', '--expect', String(plan?.['fingerprint']))
    expect(right.code).toBe(0)
  })

  test('stops at what is not of the stack, with the three remedies; --adopt takes it over', async () => {
    const { emulator, run, s3 } = await aws()
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }))
    emulator.calls.clear()
    const refused = await run('up', '-m', MINIMAL, '--yes')
    expect(refused.code).toBe(1)
    for (const word of [BUCKET, '--adopt', 'another name', 'remove it yourself'])
      expect(refused.stderr).toContain(word)
    expect(writesOf(emulator)).toBe(0)
    const { stdout } = await run('plan', '-m', MINIMAL, '--adopt')
    const [, next = ''] = /^Next: storyarch (.*)$/m.exec(stdout) ?? []
    expect((await run(...next.split(' '), '--yes')).code).toBe(0)
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: BUCKET }))
    expect(TagSet).toContainEqual({ Key: 'storyarch:stack', Value: 'minimal/dev' })
  })

  test('leaves with exit 4, naming who holds the lock', async () => {
    const { emulator, run } = await aws()
    await run('up', '-m', MINIMAL, '--yes')
    const world = openWorld(emulator.endpoint, 'us-east-1', { who: 'anna@desk' })
    await world.lease(TABLE).acquire(false)
    const { code, stderr } = await run('destroy', '-m', MINIMAL, '--yes')
    expect(code).toBe(4)
    expect(stderr).toContain('anna@desk')
    expect((await run('destroy', '-m', MINIMAL, '--yes', '--force-unlock')).code).toBe(0)
  })

  test('half-done, it exits with 3 and names action and resource; the same command goes on', async () => {
    let broken = true
    const denial =
      'User: arn:aws:iam::123456789012:user/local is not authorized to perform: s3:CreateBucket on resource: arn:aws:s3:::minimal-frontend-dev'
    const { run } = await aws(({ operation }) =>
      broken && operation === 'CreateBucket'
        ? new AwsError('AccessDenied', denial, { status: 403 })
        : undefined,
    )
    const first = await run('up', '-m', MINIMAL, '--yes')
    expect(first.code).toBe(3)
    expect(first.stderr).toContain('may not s3:CreateBucket on arn:aws:s3:::minimal-frontend-dev')
    broken = false
    expect((await run('up', '-m', MINIMAL, '--yes')).code).toBe(0)
  })
})

describe('Ctrl-C', () => {
  /** Starts `up` and interrupts it while CloudFront is being asked; CloudFront answers when `release` is kept. */
  const interrupted = async (release: (said: () => string, again: () => void) => Promise<void>) => {
    let said = ''
    const { env, run } = await aws(async ({ operation }, phase) => {
      if (operation !== 'CreateDistributionWithTags' || phase !== 'before') return
      running.kill('SIGINT')
      await release(
        () => said,
        () => running.kill('SIGINT'),
      )
    })
    const running = start(['up', '-m', MINIMAL, '--yes'], { env })
    running.stderr.on('data', data => {
      said += data
    })
    return { end: await running.ended, run }
  }

  const until = async (so: () => boolean) => {
    while (!so()) await new Promise(resolve => setImmediate(resolve))
  }

  test('once: calls in flight finish, nothing new begins, the same command goes on', async () => {
    const { end, run } = await interrupted(said => until(() => said().includes('Stopping')))
    expect(end.code).toBe(130)
    expect(end.stderr).toContain(`To go on: storyarch up -m ${MINIMAL}`)
    expect(end.stderr).not.toContain('created  bucket/frontend')
    expect((await run('up', '-m', MINIMAL, '--yes')).code).toBe(0)
  })

  test('twice: it leaves at once', async () => {
    let answer = () => {}
    const forever = new Promise<void>(resolve => {
      answer = resolve
    })
    ending.push(() => answer())
    const { end } = await interrupted(async (said, again) => {
      await until(() => said().includes('Stopping'))
      again()
      await forever
    })
    expect(end.code).toBe(130)
  })
})

describe('plan', () => {
  test('says by exit code, when asked, whether there are changes', async () => {
    const { run } = await aws()
    expect((await run('plan', '-m', MINIMAL)).code).toBe(0)
    expect((await run('plan', '-m', MINIMAL, '--exit-code')).code).toBe(2)
    await run('up', '-m', MINIMAL, '--yes')
    const { code, stdout } = await run('plan', '-m', MINIMAL, '--exit-code')
    expect(code).toBe(0)
    expect(stdout).toContain('Nothing to do')
  })

  test('--json is one object with the counts of calls', async () => {
    const { env } = await aws()
    const all = await events(['plan', '-m', MINIMAL, '--json'], { env })
    expect(all).toHaveLength(1)
    expect(all[0]).toMatchObject({ version: 1, type: 'plan', writes: 0, fingerprint: expect.any(String) })
  })

  test('--only frontend leaves the backend out, but for the API whose address the site tells', async () => {
    const { env } = await aws()
    const [plan] = await events(['plan', '-m', NOTES, '--only', 'frontend', '--json'], { env })
    expect(plan).toMatchObject({
      changes: [
        { id: 'table/task-state' },
        { id: 'originAccessControl/frontend' },
        { id: 'cloudfrontFunction/frontend' },
        { id: 'distribution/frontend' },
        { id: 'bucket/frontend' },
        { id: 'httpApi/api' },
        { id: 'bucketContents/frontend' },
      ],
    })
  })
})

describe('what stops a command before AWS is touched', () => {
  test('a manifest of another account', async () => {
    const { emulator, run } = await aws()
    const folder = mkdtempSync(join(tmpdir(), 'storyarch-pin-'))
    ending.push(() => rmSync(folder, { recursive: true }))
    const manifest = join(folder, 'storyarch.yaml')
    writeFileSync(
      manifest,
      'project: pin\nenvironment: dev\nregion: us-east-1\naccount: "999999999999"\nfrontend: { source: . }\n',
    )
    for (const words of [['up', '--yes'], ['destroy', '--yes'], ['plan']]) {
      const { code, stderr } = await run(...words, '-m', manifest)
      expect(code).toBe(1)
      expect(stderr).toMatch(/999999999999.*123456789012/s)
    }
    expect(writesOf(emulator)).toBe(0)
  })

  test('no credentials', async () => {
    const { code, stderr } = await storyarch(['plan', '-m', MINIMAL])
    expect(code).toBe(1)
    expect(stderr).toBe(
      'error: No AWS credentials were found.\n  Run aws configure or aws sso login, or set AWS_PROFILE; to try without AWS add --local.\n',
    )
  })

  test('an endpoint where nothing listens, by its name', async () => {
    const { emulator, env } = await aws()
    await ending.pop()?.()
    const { code, stderr } = await storyarch(['plan', '-m', MINIMAL], { env })
    expect(code).toBe(1)
    expect(stderr).toContain(`${emulator.endpoint} cannot be reached (ECONNREFUSED)`)
  })

  test('under --json the error is an object too', async () => {
    const all = await events(['up', '-m', MINIMAL, '--yes', '--json'])
    expect(all).toMatchObject([
      { version: 1, type: 'error', fact: 'No AWS credentials were found.', exitCode: 1 },
      { version: 1, type: 'summary', exitCode: 1 },
    ])
  })
})

describe('a standing stack', () => {
  test('is listed, tells its outputs in four forms, and goes: first without its data, then with it', async () => {
    const { env, run } = await aws()
    await run('up', '-m', NOTES, '--yes')

    const ls = await events(['ls', '--region', 'us-east-1', '--json'], { env })
    expect(ls[0]).toMatchObject({ stacks: [{ stack: 'notes/dev', state: 'stands' }] })

    const output = async (...words: string[]) => (await run('outputs', '-m', NOTES, ...words)).stdout
    const json = JSON.parse(await output('--format', 'json')) as Record<string, string>
    expect(json).toMatchObject({
      frontend_bucket_name: 'notes-frontend-dev',
      database_bucket_name: 'notes-database-dev',
      ecs_cluster_name: 'notes-dev',
      task_state_table_name: 'notes-task-state-dev',
      // Where a browser of this machine finds it.
      site_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    })
    expect(await output('--format', 'env')).toBe(
      `export AWS_REGION=us-east-1
export FRONTEND_S3_BUCKET=notes-frontend-dev
export CLOUDFRONT_DISTRIBUTION_ID=${json['cloudfront_distribution_id']}
export DATABASE_S3_BUCKET=notes-database-dev
export ECR_REPOSITORY=notes-backend
`,
    )
    const github = await output('--format', 'github')
    expect(github.split('\n').filter(line => !line.startsWith('#') && line !== '')).toEqual([
      'FRONTEND_S3_BUCKET=notes-frontend-dev',
      `CLOUDFRONT_DISTRIBUTION_ID=${json['cloudfront_distribution_id']}`,
      'ECS_CLUSTER_NAME=notes-dev',
      'ECS_SERVICE_NAME=',
      'AWS_REGION=us-east-1',
      'DATABASE_S3_BUCKET=notes-database-dev',
      'ECR_REPOSITORY=notes-backend',
    ])
    expect(await output('--format', 'raw', 'start_url')).toBe(`${json['start_url']}\n`)

    const kept = await run('destroy', '--stack', 'notes/dev', '--region', 'us-east-1', '--yes')
    expect(kept.code).toBe(0)
    expect(kept.stderr).toContain('= bucket/database')
    const left = await events(['ls', '--region', 'us-east-1', '--json'], { env })
    expect(left[0]).toMatchObject({
      stacks: [{ state: 'leftovers', resources: [{ id: 'bucket/database' }] }],
    })
    expect((await run('destroy', '-m', NOTES, '--yes', '--delete-data')).code).toBe(0)
    const none = await run('ls', '--region', 'us-east-1')
    expect(none).toMatchObject({ code: 0, stdout: '' })
  }, 60_000)
})
