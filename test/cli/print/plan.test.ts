import fc from 'fast-check'
import pico from 'picocolors'
import { describe, expect, test } from 'vitest'
import { planText } from '../../../src/cli/print/plan.ts'
import { withoutSecrets } from '../../../src/cli/print/secrets.ts'
import type { Change, Difference, Plan } from '../../../src/engine/plan.ts'

const nothing: Plan = {
  stack: 'notes/dev',
  region: 'us-east-1',
  account: '123456789012',
  changes: [],
  unchanged: [],
  kept: [],
  foreign: [],
  ailing: [],
  interrupted: null,
  fingerprint: '7f3a21bc',
  cost: [],
}

const change = (id: string, action: Change['action'], more: Partial<Change> = {}): Change => ({
  id,
  name: `notes-${id.split('/')[1]}`,
  action,
  differences: [],
  losesData: false,
  vanished: false,
  revisions: null,
  usuallySeconds: 1,
  ...more,
})

const differs = (path: string, live: unknown, want: unknown, more: Partial<Difference> = {}): Difference => ({
  path,
  live,
  want,
  reason: 'drift',
  ...more,
})

const print = (plan: Partial<Plan>, next: string | null = null) =>
  planText(
    { ...nothing, ...plan },
    {
      colours: pico.createColors(false),
      verbose: false,
      next,
      upWith: flag => `storyarch up --local -m notes.yaml ${flag}`,
    },
  )

describe('a plan on paper', () => {
  test('with nothing to do is one line', () => {
    expect(print({ unchanged: ['a/b', 'c/d'] })).toBe('Nothing to do: 2 resources are as the manifest says.')
  })

  test('groups by what happens, and ends with the totals and the next command', () => {
    const plan = print(
      {
        changes: [
          change('role/task', 'update', {
            differences: [differs('maxSessionSeconds', 3600, 7200, { reason: 'manifest' })],
          }),
          change('bucket/frontend', 'create'),
          change('topic/old', 'delete'),
        ],
        unchanged: ['table/task-state'],
      },
      'storyarch up --expect 7f3a21bc',
    )
    expect(plan).toBe(
      `
1 will be created
  + bucket/frontend  notes-frontend

1 will be changed
  ~ role/task        notes-task
      maxSessionSeconds: 3600 -> 7200  (manifest changed)

1 will be deleted: the manifest no longer has it
  - topic/old        notes-old

Plan 7f3a21bc: 1 to create, 1 to change, 1 to delete, 1 unchanged.
Next: storyarch up --expect 7f3a21bc`.trim(),
    )
  })

  test.each([
    ['manifest', 'manifest changed'],
    ['drift', 'drifted: changed outside storyarch'],
    ['both', 'manifest changed, and drifted'],
  ] as const)('says who moved: %s', (reason, words) => {
    const differences = [differs('memoryMb', 128, 256, { reason })]
    expect(print({ changes: [change('lambdaFunction/x', 'update', { differences })] })).toContain(
      `memoryMb: 128 -> 256  (${words})`,
    )
  })

  test('tells of contents from which commit to which they go', () => {
    const [old, young] = ['1'.repeat(40), `${'2'.repeat(40)}-dirty`]
    const differences = [differs('content.source', 'a'.repeat(64), 'b'.repeat(64), { reason: 'manifest' })]
    const text = print({
      changes: [
        change('image/backend', 'update', { differences, revisions: { from: old, to: young } }),
        change('image/agent', 'create', { revisions: { from: null, to: null } }),
        change('bucketContents/frontend', 'create', { revisions: { from: null, to: old } }),
      ],
    })
    expect(text).toContain('notes-backend  1111111..2222222-dirty\n      its sources changed\n')
    expect(text).toContain('notes-agent\n')
    expect(text).toContain('notes-frontend  1111111\n')
  })

  test('shows a long policy by what went and what came', () => {
    const actions = Array.from({ length: 40 }, (_, index) => `s3:Action${index}`)
    const differences = [differs('policy.Statement[0].Action', actions, [...actions.slice(1), 's3:New'])]
    const text = print({ changes: [change('role/task', 'update', { differences })] })
    expect(text).toContain('        - s3:Action0\n        + s3:New\n')
    expect(text).not.toContain('s3:Action7')
  })

  test('shows code by its changed lines', () => {
    const code = Array.from({ length: 50 }, (_, index) => `line ${index}`)
    const differences = [differs('code', code.join('\n'), code.with(20, 'other').join('\n'))]
    const text = print({ changes: [change('cloudfrontFunction/spa', 'update', { differences })] })
    expect(text).toContain('        - line 20\n        + other\n')
    expect(text).not.toContain('line 19')
  })

  test('says what is known only afterwards', () => {
    const differences = [differs('role', 'arn:old', '(known after apply: role/task arn)')]
    expect(print({ changes: [change('taskDefinition/x', 'update', { differences })] })).toContain(
      'role: arn:old -> (known after apply: role/task arn)',
    )
  })

  test('calls a resource that somebody deleted drift', () => {
    const plan = print({
      changes: [change('topic/x', 'create', { vanished: true }), change('topic/y', 'create')],
    })
    expect(plan).toContain('+ topic/x  notes-x  (drifted: deleted outside storyarch)\n')
    expect(plan).toMatch(/notes-y\n/)
  })

  test('is loud about lost data', () => {
    expect(print({ changes: [change('bucket/database', 'replace', { losesData: true })] })).toContain(
      '-/+ bucket/database  notes-database  !! ALL ITS DATA IS LOST',
    )
  })

  test('names what is kept, and how to delete it', () => {
    const text = print({ kept: [change('bucket/database', 'delete', { losesData: true })] })
    expect(text).toContain(
      '  = bucket/database  notes-database\n  To delete it with all its data: storyarch up --local -m notes.yaml --delete-data',
    )
  })

  test('names strangers with their owner and the three remedies', () => {
    const foreign = [{ id: 'bucket/frontend', name: 'site', owner: 'other/prod', tags: {} }]
    const text = print({ foreign })
    expect(text).toContain('  ? bucket/frontend  site  (belongs to stack other/prod)')
    for (const remedy of ['--local -m notes.yaml --adopt', 'name yours differently', 'remove it yourself'])
      expect(text).toContain(remedy)
    expect(text).not.toContain('Nothing to do')
  })

  test('offers no next command that would be refused for a stranger in the way', () => {
    const foreign = [{ id: 'bucket/frontend', name: 'site', owner: null, tags: {} }]
    const changes = [change('bucket/database', 'create')]
    expect(print({ changes }, 'storyarch up --expect 1')).toContain('Next: storyarch up --expect 1')
    expect(print({ changes, foreign }, 'storyarch up --expect 1')).not.toContain('Next:')
  })

  test('names what ails', () => {
    expect(print({ ailing: [{ id: 'certificate/site', why: 'validation timed out' }] })).toContain(
      '! certificate/site is not healthy: validation timed out',
    )
  })

  test('adds up the costs by hour and by month', () => {
    const cost = [
      { id: 'a/a', item: 'vCPU', unit: 'running hour', usd: 0.02 },
      { id: 'a/a', item: 'memory', unit: 'running hour', usd: 0.0044 },
      { id: 'b/b', item: 'alarm', unit: 'month', usd: 0.1 },
      { id: 'c/c', item: 'requests', unit: 'million requests', usd: 1 },
    ] as const
    expect(print({ cost })).toContain(
      'Cost: $0.0244 per running hour, $0.10 per idle month, plus what is used.',
    )
  })
})

describe('secrets', () => {
  const SECRET = 'hunter2-hunter2'
  const names = fc.constantFrom(
    'DB_PASSWORD',
    'API_KEY',
    'STRIPE_SECRET',
    'AUTH_TOKEN',
    'DATABASE_URL',
    'SENTRY_DSN',
    'SIGNING_KEY',
    'AWS_ACCESS_KEY_ID',
    'PASSWORD_SALT',
    'MONGO_URI',
  )

  test('in an environment never show, whatever shape the difference has', () => {
    fc.assert(
      fc.property(names, fc.constantFrom('leaf', 'map', 'containers'), (name, shape) => {
        const environment = { [name]: SECRET, DEBUG: 'yes' }
        const difference =
          shape === 'leaf'
            ? differs(`definition.containers[0].environment.${name}`, SECRET, `${SECRET}!`)
            : shape === 'map'
              ? differs('definition.containers[0].environment', undefined, environment)
              : differs('definition.containers', [], [{ name: 'app', environment }])
        const plan = {
          ...nothing,
          changes: [change('taskDefinition/x', 'update', { differences: [difference] })],
        }
        const shown = withoutSecrets(plan)
        expect(JSON.stringify(shown)).not.toContain(SECRET)
        expect(print(shown)).not.toContain(SECRET)
      }),
    )
  })

  test('leave everything else as it is', () => {
    const differences = [
      differs('definition.containers[0].environment.DEBUG', 'no', 'yes'),
      differs('tokenCount', 1, 2),
    ]
    const plan = { ...nothing, changes: [change('taskDefinition/x', 'update', { differences })] }
    expect(withoutSecrets(plan)).toEqual(plan)
  })
})
