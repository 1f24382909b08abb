import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { localPlace, missingTools, type Place } from './place.ts'
import { summaryOf } from './runProgram.ts'

const opened = async (): Promise<Place> => {
  const place = await localPlace()
  onTestFinished(place.close)
  return place
}

const OF_EVERY_STACK = ['project', 'environment', 'region', 'task_state_table_name']
const OF_A_FRONTEND = [
  'frontend_bucket_name',
  'cloudfront_distribution_id',
  'cloudfront_domain_name',
  'site_url',
]
const OF_A_BACKEND = [
  'database_bucket_name',
  'ecr_repository_url',
  'ecs_cluster_name',
  'task_definition_family',
  'task_manager_function_name',
  'task_monitor_function_name',
  'api_url',
  'start_url',
]

/** Under --local the addresses at which this machine answers for the stack. */
const SITE = /^site_url +http:\/\/127\.0\.0\.1:\d+$/m

interface Example {
  readonly manifest: string
  readonly stack: string
  /** Something to change in it that is one change of one resource. */
  readonly edit: { readonly from: string; readonly to: string; readonly says: string }
  readonly outputs: readonly string[]
  readonly urls: readonly RegExp[]
}

const EXAMPLES: readonly Example[] = [
  {
    manifest: 'manifests/minimal.yaml',
    stack: 'minimal/dev',
    edit: { from: 'frontend:', to: 'frontend:\n  fallback: none', says: 'fallback' },
    outputs: [...OF_EVERY_STACK, ...OF_A_FRONTEND],
    urls: [SITE],
  },
  {
    manifest: 'manifests/notes.yaml',
    stack: 'notes/dev',
    edit: { from: 'port: 8080', to: 'port: 8080\n  memory: 2048', says: 'memory' },
    outputs: [...OF_EVERY_STACK, ...OF_A_FRONTEND, ...OF_A_BACKEND],
    urls: [SITE, /^start_url +http:\/\/127\.0\.0\.1:\d+\/dev\/start$/m],
  },
  {
    manifest: 'manifests/storyarchitect.yaml',
    stack: 'storyarchitect/prod',
    edit: { from: 'memory: 1024', to: 'memory: 2048', says: 'memory: 1024 -> 2048  (manifest changed)' },
    outputs: [...OF_EVERY_STACK, ...OF_A_FRONTEND, ...OF_A_BACKEND],
    urls: [SITE, /^start_url +http:\/\/127\.0\.0\.1:\d+\/prod\/start$/m],
  },
]

describe.each(EXAMPLES)(
  '$manifest, by someone who just cloned',
  ({ manifest, stack, edit, outputs, urls }) => {
    let place: Place
    let first: Awaited<ReturnType<Place['storyarch']>>
    beforeAll(async () => {
      place = await localPlace()
      first = await place.storyarch('up', '--local', '-m', manifest, '--yes')
    }, 180_000)
    afterAll(() => place.close())

    test('one command makes the stack and prints its URLs, and only them, on stdout', () => {
      expect(first.stderr).toContain('will be created')
      expect(first.code).toBe(0)
      for (const url of urls) expect(first.stdout).toMatch(url)
      expect(
        first.stdout
          .trim()
          .split('\n')
          .filter(line => !/^\w+_url +https?:/.test(line)),
      ).toEqual([])
    })

    test('the start URL, where there is one, is answered by the task manager', async () => {
      const [, start] = /^start_url +(\S+)$/m.exec(first.stdout) ?? []
      if (start === undefined) return expect(outputs).not.toContain('start_url')
      const answer = await fetch(`${start}?action=status`)
      expect([answer.status, await answer.json()]).toEqual([
        200,
        expect.objectContaining({ status: 'stopped' }),
      ])
    })

    test('the same command again says nothing to do, writes nothing, and prints the URLs', async () => {
      const again = await place.storyarch('up', '--local', '-m', manifest, '--yes')
      expect(again.stderr).toMatch(/Nothing to do: \d+ resources are as the manifest says\./)
      expect(again.stderr).toContain(' and 0 writes to AWS')
      expect(again.code).toBe(0)
      expect(again.stdout).toBe(first.stdout)
    })

    test('under --json its last line is a summary with 0 writes', async () => {
      const again = await place.storyarch('up', '--local', '-m', manifest, '--yes', '--json')
      expect(summaryOf(again)).toMatchObject({
        type: 'summary',
        writes: 0,
        done: [],
        failed: [],
        exitCode: 0,
      })
      expect(Number(summaryOf(again).reads)).toBeGreaterThan(0)
      expect(again.code).toBe(0)
    })

    test('plan --exit-code is 0 while nothing changes and 2 once the manifest does', async () => {
      const calm = await place.storyarch('plan', '--local', '-m', manifest, '--exit-code')
      expect([calm.code, calm.stdout]).toEqual([0, expect.stringContaining('Nothing to do')])
      await place.edit(manifest, edit.from, edit.to)
      const changed = await place.storyarch('plan', '--local', '-m', manifest, '--exit-code')
      await place.edit(manifest, edit.to, edit.from)
      expect([changed.code, changed.stdout]).toEqual([2, expect.stringContaining(edit.says)])
    })

    test('outputs gives every value, in every format', async () => {
      const json = await place.storyarch('outputs', '--local', '-m', manifest, '--format', 'json')
      const values = JSON.parse(json.stdout)
      expect(Object.keys(values)).toEqual(expect.arrayContaining([...outputs]))
      for (const name of outputs) expect(values[name]).toMatch(/^\S+$/)
      expect(values.site_url).toMatch(/^http:\/\/127/)

      const env = await place.storyarch('outputs', '--local', '-m', manifest, '--format', 'env')
      expect(env.stdout).toContain(`export FRONTEND_S3_BUCKET=${values.frontend_bucket_name}\n`)
      const github = await place.storyarch('outputs', '--local', '-m', manifest, '--format', 'github')
      expect(github.stdout).toContain(`\nCLOUDFRONT_DISTRIBUTION_ID=${values.cloudfront_distribution_id}\n`)
      const raw = await place.storyarch('outputs', '--local', '-m', manifest, '--format', 'raw', 'site_url')
      expect(raw.stdout).toBe(`${values.site_url}\n`)
      expect([json, env, github, raw].map(({ code }) => code)).toEqual([0, 0, 0, 0])
    })

    test('ls shows it standing, validate calls it valid', async () => {
      const ls = await place.storyarch('ls', '--local')
      expect([ls.code, ls.stdout]).toEqual([0, expect.stringMatching(`${stack} .*stands`)])
      const validate = await place.storyarch('validate', '-m', manifest)
      expect([validate.code, validate.stdout]).toEqual([0, expect.stringContaining(`valid (stack ${stack}`)])
    })
  },
)

const missing = missingTools()

describe.skipIf(missing)(`the end of a stack${missing ? ` (${missing})` : ''}`, () => {
  test('destroy keeps what holds data, --delete-data takes that too, and then nothing is left', async () => {
    const place = await opened()
    const manifest = 'manifests/notes.yaml'
    await place.storyarch('local', 'start')
    const before = await place.inventory()
    expect((await place.storyarch('up', '--local', '-m', manifest, '--yes')).code).toBe(0)
    await place.shell('aws s3 cp manifests/notes.yaml s3://notes-database-dev/db.sqlite3')

    const kept = await place.storyarch('destroy', '--local', '-m', manifest, '--yes')
    expect([kept.code, kept.stderr]).toEqual([0, expect.stringContaining('is gone, except what was kept')])
    const { inventory } = await place.inventory()
    expect(inventory['s3 buckets']).toEqual(['notes-database-dev'])
    expect(inventory['s3 objects']).toHaveLength(1)
    expect(inventory['dynamodb tables']).toEqual([])

    const gone = await place.storyarch('destroy', '--local', '-m', manifest, '--yes', '--delete-data')
    expect([gone.code, gone.stderr]).toEqual([0, expect.stringContaining('notes/dev is gone.')])
    expect(await place.inventory()).toEqual(before)
  })

  test('a stack whose data was kept comes back with it', async () => {
    const place = await opened()
    const manifest = 'manifests/notes.yaml'
    await place.storyarch('up', '--local', '-m', manifest, '--yes')
    await place.shell('aws s3 cp manifests/notes.yaml s3://notes-database-dev/db.sqlite3')
    await place.storyarch('destroy', '--local', '-m', manifest, '--yes')
    expect((await place.storyarch('up', '--local', '-m', manifest, '--yes')).code).toBe(0)
    const calm = await place.storyarch('plan', '--local', '-m', manifest, '--exit-code')
    expect(calm.code).toBe(0)
    const { inventory } = await place.inventory()
    expect(inventory['s3 objects']?.filter(name => name.startsWith('notes-database-dev'))).toHaveLength(1)
  })
})
