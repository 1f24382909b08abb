import { describe, expect, test } from 'vitest'
import type { Policy, Statement } from '../../src/policy.ts'
import type { BucketProps } from '../../src/provisioners/bucket.ts'
import type { RoleProps } from '../../src/provisioners/role.ts'
import type { Blueprint } from '../../src/resource.ts'
import { ACCOUNT, output } from '../../src/token.ts'
import { drawnFrom, EXAMPLES, example, wished } from './drawn.ts'

/**
 * What AWS gives no narrower resource for (Service Authorization Reference), with the condition that narrows it
 * where there is one.
 */
const CANNOT_NARROW: Record<string, string | null> = {
  'cloudwatch:PutMetricData': 'cloudwatch:namespace',
  'ec2:DescribeNetworkInterfaces': null,
  'ecr:GetAuthorizationToken': null,
  'ecs:ListTasks': 'ecs:cluster',
}

/**
 * A wildcard may stand for what is inside one named thing: `arn:…:task/cluster/*` and `arn:aws:s3:::bucket/*` are fine,
 * `arn:…:task/*` and `arn:aws:s3:::*` are not.
 */
const tooWide = (resource: string): boolean => {
  if (!resource.includes('*')) return false
  const [, inside = ''] = /^arn:aws:[a-z0-9]+:[^:]*:[^:]*:(.+)[/:]\*$/.exec(resource) ?? []
  const named = resource.startsWith('arn:aws:s3:::') ? inside !== '' : /[/:]./.test(inside)
  return !named || inside.includes('*')
}

const conditionKeys = ({ Condition = {} }: Statement): string[] =>
  Object.values(Condition).flatMap(Object.keys)

const roles = (blueprint: Blueprint): [string, RoleProps][] =>
  blueprint.resources
    .filter(({ kind }) => kind === 'role')
    .map(({ logical, props }) => [logical, props as RoleProps])

const statements = (policy: Policy | null): readonly Statement[] => policy?.Statement ?? []

/** The examples, and a stack with all that they lack. */
const all = async (): Promise<Blueprint[]> => [
  ...(await Promise.all(EXAMPLES.map(example))),
  drawnFrom(
    'project: a\nenvironment: b\nregion: eu-west-1\nbackend: { image: { uri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x/y:1" }, secrets: { A: "ssm:/a", B: "secretsmanager:b" } }',
  ),
]

describe('least privilege', () => {
  test.each([
    ['*', true],
    ['arn:aws:s3:::*', true],
    ['arn:aws:s3:::bucket/*', false],
    ['arn:aws:s3:::bucket-*/x', true],
    ['arn:aws:ecs:r:1:task/*', true],
    ['arn:aws:ecs:r:1:task/cluster/*', false],
    ['arn:aws:logs:r:1:log-group:/a:*', false],
    ['arn:aws:logs:r:1:*', true],
    ['arn:aws:iam::1:role/a', false],
  ])('%s too wide: %s', (resource, wide) => expect(tooWide(resource)).toBe(wide))

  test('no role may do everything of a service, or anything to everything', async () => {
    const found = (await all()).flatMap(blueprint =>
      roles(blueprint).flatMap(([, { policy }]) => statements(policy)),
    )
    expect(found.length).toBeGreaterThan(30)
    const wide = found.filter(statement => {
      const { Action, Resource = [] } = statement
      if (Action.some(action => action.includes('*'))) return true
      if (!Resource.some(tooWide)) return false
      return !Action.every(
        action =>
          action in CANNOT_NARROW &&
          (CANNOT_NARROW[action] === null || conditionKeys(statement).includes(CANNOT_NARROW[action] ?? '')),
      )
    })
    expect(wide).toEqual([])
  })

  test('no role has managed policies, which are wider than their work', async () => {
    for (const blueprint of await all())
      for (const [, role] of roles(blueprint)) expect({ ...role.managed, ...role.otherPolicies }).toEqual({})
  })

  test('every role trusts one service; ECS only when it works for this account', async () => {
    for (const blueprint of await all())
      for (const [logical, { trust }] of roles(blueprint)) {
        expect(trust.Statement).toHaveLength(1)
        const [statement] = trust.Statement
        const ofTask = /^task(-execution)?$/.test(logical)
        expect(statement?.Principal).toEqual({
          Service: [ofTask ? 'ecs-tasks.amazonaws.com' : 'lambda.amazonaws.com'],
        })
        expect(statement?.Condition?.['StringEquals']).toEqual(
          ofTask ? { 'aws:SourceAccount': [ACCOUNT] } : undefined,
        )
      }
  })

  test('roles are lent to tasks only, and only the two of the task', async () => {
    const passing = (await all())
      .flatMap(blueprint => roles(blueprint))
      .flatMap(([logical, { policy }]) => statements(policy).map(statement => ({ logical, statement })))
      .filter(({ statement }) => statement.Action.includes('iam:PassRole'))
    expect(new Set(passing.map(({ logical }) => logical))).toEqual(new Set(['task-manager', 'task-monitor']))
    for (const { statement } of passing) {
      expect(statement.Condition).toEqual({
        StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] },
      })
      expect(statement.Resource?.every(arn => /-task(-execution)?-\w+$/.test(arn))).toBe(true)
    }
  })

  test('tasks are started, seen and stopped in the own cluster only', async () => {
    for (const blueprint of await all())
      for (const [, { policy }] of roles(blueprint))
        for (const statement of statements(policy))
          if (statement.Action.some(action => action.startsWith('ecs:') && action !== 'ecs:TagResource'))
            expect(conditionKeys(statement)).toContain('ecs:cluster')
  })

  test('nobody but the lifecycle rule removes a version of the database', async () => {
    const full = await example('storyarchitect')
    const actions = roles(full).flatMap(([, { policy }]) =>
      statements(policy).flatMap(({ Action }) => Action),
    )
    expect(actions.filter(action => /Delete|Lifecycle|BucketVersioning/.test(action))).toEqual([])
    const { policy } = wished<BucketProps>(full, 'bucket/database').props
    expect(statements(policy)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        Condition: {
          ArnEquals: {
            'aws:PrincipalArn': [
              `arn:aws:iam::${ACCOUNT}:role/storyarch/storyarchitect/prod/storyarchitect-task-prod`,
              `arn:aws:iam::${ACCOUNT}:role/storyarchitect-task-prod`,
            ],
          },
        },
      }),
    )
  })

  test('an image of another ECR repository is pulled from there alone, one from elsewhere without a right for it', () => {
    const pulls = (uri: string) => {
      const app = drawnFrom(
        `project: a\nenvironment: b\nregion: eu-west-1\nbackend: { image: { uri: "${uri}" } }`,
      )
      return statements(wished<RoleProps>(app, 'role/task-execution').props.policy)
        .filter(({ Action }) => Action.includes('ecr:BatchGetImage'))
        .flatMap(({ Resource }) => Resource)
    }
    const agent = `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/a-agent-b`
    expect(pulls('111122223333.dkr.ecr.us-west-2.amazonaws.com/team/app@sha256:00')).toEqual([
      'arn:aws:ecr:us-west-2:111122223333:repository/team/app',
      agent,
    ])
    expect(pulls('ghcr.io/me/app:1')).toEqual([agent])
  })
})

describe('bucket policies', () => {
  test('every bucket refuses plain http', async () => {
    for (const blueprint of await all())
      for (const { kind, name, props } of blueprint.resources)
        if (kind === 'bucket')
          expect(statements((props as BucketProps).policy)).toContainEqual({
            Sid: 'DenyPlainHttp',
            Effect: 'Deny',
            Principal: '*',
            Action: ['s3:*'],
            Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
            Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
          })
  })

  test("the site's files are read by its own distribution alone", async () => {
    const { policy } = wished<BucketProps>(await example('storyarchitect'), 'bucket/frontend').props
    expect(statements(policy).filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'AllowCloudFront',
        Effect: 'Allow',
        Principal: { Service: ['cloudfront.amazonaws.com'] },
        Action: ['s3:GetObject'],
        Resource: ['arn:aws:s3:::storyarchitect-frontend-prod/*'],
        Condition: { StringEquals: { 'AWS:SourceArn': [output('distribution/frontend', 'arn')] } },
      },
    ])
  })
})
