import { beforeAll, describe, expect, test } from 'vitest'
import type { AlarmProps } from '../../src/provisioners/alarm.ts'
import type { BucketProps } from '../../src/provisioners/bucket.ts'
import type { CertificateProps } from '../../src/provisioners/certificate.ts'
import type { DistributionProps } from '../../src/provisioners/distribution.ts'
import type { EventRuleProps } from '../../src/provisioners/eventRule.ts'
import type { HttpApiProps } from '../../src/provisioners/httpApi.ts'
import type { LambdaFunctionProps } from '../../src/provisioners/lambdaFunction.ts'
import type { SecurityGroupProps } from '../../src/provisioners/securityGroup.ts'
import type { TaskDefinitionProps } from '../../src/provisioners/taskDefinition.ts'
import type { TopicProps } from '../../src/provisioners/topic.ts'
import type { Blueprint } from '../../src/resource.ts'
import { ACCOUNT, output } from '../../src/token.ts'
import { drawnFrom, example, ids, wished } from './drawn.ts'

const stack = 'project: notes\nenvironment: dev\nregion: eu-west-1\n'

describe('the full manifest', () => {
  let full: Blueprint
  beforeAll(async () => {
    full = await example('storyarchitect')
  })

  test('is the whole architecture', () => {
    expect(ids(full)).toEqual([
      'alarm/task-inactive',
      'apiDomain/api',
      'bucket/database',
      'bucket/frontend',
      'bucketContents/frontend',
      'budget/monthly',
      'cloudfrontFunction/frontend',
      'cluster/backend',
      'distribution/frontend',
      'dnsRecord/api',
      'dnsRecord/frontend',
      'eventRule/sweep',
      'eventRule/task-state',
      'httpApi/api',
      'image/agent',
      'image/backend',
      'lambdaFunction/task-manager',
      'lambdaFunction/task-monitor',
      'logGroup/task',
      'logGroup/task-manager',
      'logGroup/task-monitor',
      'originAccessControl/frontend',
      'repository/agent',
      'repository/backend',
      'role/task',
      'role/task-execution',
      'role/task-manager',
      'role/task-monitor',
      'securityGroup/backend',
      'table/task-state',
      'taskDefinition/backend',
      'topic/task-inactive',
    ])
  })

  test('bears the names of the Terraform project', () => {
    const named = Object.fromEntries(
      full.resources.map(({ kind, logical, name }) => [`${kind}/${logical}`, name]),
    )
    expect(named).toMatchObject({
      'bucket/frontend': 'storyarchitect-frontend-prod',
      'bucket/database': 'storyarchitect-database-prod',
      'repository/backend': 'storyarchitect-backend',
      'repository/agent': 'storyarchitect-agent-prod',
      'image/backend': 'storyarchitect-backend',
      'cluster/backend': 'storyarchitect-prod',
      'taskDefinition/backend': 'storyarchitect-backend-prod',
      'table/task-state': 'storyarchitect-task-state-prod',
      'lambdaFunction/task-manager': 'storyarchitect-task-manager-prod',
      'lambdaFunction/task-monitor': 'storyarchitect-task-monitor-prod',
      'logGroup/task': '/ecs/storyarchitect-prod',
      'logGroup/task-manager': '/aws/lambda/storyarchitect-task-manager-prod',
      'logGroup/task-monitor': '/aws/lambda/storyarchitect-task-monitor-prod',
      'apiDomain/api': 'storyarchitect.yerson.co',
      'dnsRecord/api': 'storyarchitect.yerson.co@yerson.co',
      'dnsRecord/frontend': 'app.yerson.co@yerson.co',
    })
  })

  test('gives the outputs of the Terraform project', () => {
    expect(full.outputs).toEqual({
      project: 'storyarchitect',
      environment: 'prod',
      region: 'us-east-1',
      frontend_bucket_name: 'storyarchitect-frontend-prod',
      cloudfront_distribution_id: output('distribution/frontend', 'id'),
      cloudfront_domain_name: output('distribution/frontend', 'domain'),
      site_url: 'https://app.yerson.co',
      frontend_version: output('bucketContents/frontend', 'version'),
      frontend_revision: output('bucketContents/frontend', 'revision'),
      database_bucket_name: 'storyarchitect-database-prod',
      database_key: 'db.sqlite3',
      ecr_repository_name: 'storyarchitect-backend',
      ecr_repository_url: output('repository/backend', 'url'),
      image_digest: output('image/backend', 'digest'),
      image_revision: output('image/backend', 'revision'),
      agent_digest: output('image/agent', 'digest'),
      ecs_cluster_name: 'storyarchitect-prod',
      task_definition_family: 'storyarchitect-backend-prod',
      task_state_table_name: 'storyarchitect-task-state-prod',
      task_log_group_name: '/ecs/storyarchitect-prod',
      task_manager_function_name: 'storyarchitect-task-manager-prod',
      task_manager_log_group_name: '/aws/lambda/storyarchitect-task-manager-prod',
      task_monitor_function_name: 'storyarchitect-task-monitor-prod',
      task_monitor_log_group_name: '/aws/lambda/storyarchitect-task-monitor-prod',
      api_id: output('httpApi/api', 'id'),
      api_url: 'https://storyarchitect.yerson.co',
      start_url: 'https://storyarchitect.yerson.co/start',
    })
  })

  test('what has records says in which zone, so that destroy finds them', () => {
    const zone = { 'storyarch:zone': 'yerson.co' }
    expect(wished(full, 'distribution/frontend').tags).toEqual(zone)
    expect(wished(full, 'apiDomain/api').tags).toEqual(zone)
  })

  test('its API answers its own site, at the stage of the environment and at the root of its domain', () => {
    const { cors, routes, stage } = wished<HttpApiProps>(full, 'httpApi/api').props
    expect(cors?.origins).toEqual(['https://app.yerson.co'])
    expect(routes).toEqual([
      {
        key: 'ANY /start',
        function: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:storyarchitect-task-manager-prod`,
        authorized: false,
      },
    ])
    expect(stage).toEqual({ name: 'prod', throttle: { rate: 10, burst: 20 } })
    expect(wished(full, 'apiDomain/api').props).toEqual({
      certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/7c1d9f35-8a0e-4b86-9b42-51f3f2f0a6c2',
      mapping: { api: output('httpApi/api', 'id'), stage: 'prod' },
    })
  })

  test('the app learns where its database is, beside its own environment', () => {
    const { containers, ...task } = wished<TaskDefinitionProps>(full, 'taskDefinition/backend').props
      .definition
    expect(task).toMatchObject({ cpu: 512, memory: 1024, architecture: 'ARM64' })
    expect(containers.map(({ name }) => name)).toEqual(['app', 'restore', 'agent'])
    expect(containers[0]).toMatchObject({
      essential: true,
      image: output('image/backend', 'uri'),
      ports: [8000],
      environment: {
        AWS_REGION: 'us-east-1',
        DATABASE_PATH: '/data/db.sqlite3',
        DB_S3_BUCKET: 'storyarchitect-database-prod',
        DB_S3_KEY: 'db.sqlite3',
        DJANGO_SETTINGS_MODULE: 'storyarchitect.settings',
        PORT: '8000',
      },
      mounts: [{ volume: 'database', path: '/data' }],
    })
  })

  test('the agent brings the database before the app starts, and saves it after the app has ended', () => {
    const { containers } = wished<TaskDefinitionProps>(full, 'taskDefinition/backend').props.definition
    const named = Object.fromEntries(containers.map(container => [container.name, container]))
    expect(named['restore']).toMatchObject({
      essential: false,
      image: output('image/agent', 'uri'),
      command: ['node', '/agent/agent.cjs', 'restore'],
      dependsOn: [],
    })
    expect(named['agent']).toMatchObject({
      essential: true,
      command: ['node', '/agent/agent.cjs', 'run'],
      dependsOn: [{ container: 'restore', condition: 'SUCCESS' }],
      stopTimeoutSeconds: 120,
    })
    // ECS ends what depends on others first.
    expect(named['app']?.dependsOn).toEqual([
      { container: 'restore', condition: 'SUCCESS' },
      { container: 'agent', condition: 'START' },
    ])
    for (const { mounts } of containers) expect(mounts).toEqual([{ volume: 'database', path: '/data' }])
  })

  test('silence for the lifetime alarms, through the topic, the monitor', () => {
    const monitor = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:storyarchitect-task-monitor-prod`
    const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:storyarchitect-task-inactive-prod`
    expect(wished<AlarmProps>(full, 'alarm/task-inactive').props.definition).toMatchObject({
      expression: 'FILL(m1,0)',
      comparison: 'LessThanThreshold',
      threshold: 1,
      metric: { name: 'TaskPing', namespace: 'storyarch/storyarchitect/prod' },
      periodSeconds: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      missingData: 'breaching',
      alarmActions: [topic],
    })
    expect(wished<TopicProps>(full, 'topic/task-inactive').props.subscriptions).toEqual([
      { protocol: 'lambda', endpoint: monitor },
    ])
    expect(
      wished<LambdaFunctionProps>(full, 'lambdaFunction/task-monitor').props.permissions['alarm'],
    ).toEqual({
      principal: 'sns.amazonaws.com',
      source: topic,
    })
  })

  test('a sweep and the end of a task wake the monitor too', () => {
    const { permissions } = wished<LambdaFunctionProps>(full, 'lambdaFunction/task-monitor').props
    for (const logical of ['sweep', 'task-state']) {
      const rule = wished<EventRuleProps>(full, `eventRule/${logical}`)
      expect(rule.props.targets.map(({ arn }) => arn)).toEqual([
        `arn:aws:lambda:us-east-1:${ACCOUNT}:function:storyarchitect-task-monitor-prod`,
      ])
      expect(permissions[logical]?.source).toBe(`arn:aws:events:us-east-1:${ACCOUNT}:rule/${rule.name}`)
    }
    expect(wished<EventRuleProps>(full, 'eventRule/sweep').props.definition.schedule).toBe('rate(5 minutes)')
    expect(wished<EventRuleProps>(full, 'eventRule/task-state').props.definition.pattern).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: {
        clusterArn: [`arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/storyarchitect-prod`],
        group: ['family:storyarchitect-backend-prod'],
        lastStatus: ['STOPPED'],
      },
    })
  })

  test('the database bucket keeps versions, by number and by age', () => {
    const { versioning, lifecycle } = wished<BucketProps>(full, 'bucket/database').props
    expect(versioning).toBe(true)
    expect(lifecycle).toContainEqual(
      expect.objectContaining({ noncurrentDays: 30, noncurrentKeep: 20, expireDeleteMarkers: false }),
    )
  })

  test('or by age alone', () => {
    const app = drawnFrom(`${stack}backend: {}\ndatabase: { keep: { versions: 0, days: 7 } }`)
    const { lifecycle } = wished<BucketProps>(app, 'bucket/database').props
    expect(lifecycle).toContainEqual(expect.objectContaining({ noncurrentDays: 7, noncurrentKeep: null }))
  })

  test('both buckets are closed to the public and encrypted', () => {
    for (const id of ['bucket/frontend', 'bucket/database'])
      expect(wished<BucketProps>(full, id).props).toMatchObject({
        publicAccess: 'blocked',
        ownership: 'BucketOwnerEnforced',
        encryption: { algorithm: 'AES256' },
      })
  })
})

describe('only what is asked for', () => {
  test('a frontend alone is a site, and the table that carries its lease', () => {
    const site = drawnFrom(`${stack}frontend: {}`)
    expect(ids(site)).toEqual([
      'bucket/frontend',
      'bucketContents/frontend',
      'cloudfrontFunction/frontend',
      'distribution/frontend',
      'originAccessControl/frontend',
      'table/task-state',
    ])
    expect(site.lookups).toEqual([])
    expect(Object.keys(site.outputs).filter(name => /api|ecs|lambda|database/.test(name))).toEqual([])
    expect(site.outputs['site_url']).toBe(`https://${output('distribution/frontend', 'domain')}`)
  })

  test('a backend alone has no site', () => {
    const app = drawnFrom(`${stack}backend: {}`)
    expect(
      ids(app).filter(id => /frontend|distribution|dnsRecord|certificate|apiDomain|budget/.test(id)),
    ).toEqual([])
    expect(wished<HttpApiProps>(app, 'httpApi/api').props.cors).toBeNull()
    expect(app.outputs['start_url']).toBe(`${output('httpApi/api', 'endpoint')}/dev/start`)
    expect(app.outputs['site_url']).toBeUndefined()
    expect(app.lookups).toEqual([
      { kind: 'network', logical: 'task', query: { vpc: 'default', subnets: [] } },
    ])
  })

  test('an image that exists needs no repository', () => {
    const app = drawnFrom(`${stack}backend: { image: { uri: "ghcr.io/me/app:1" } }`)
    expect(ids(app)).not.toContain('repository/backend')
    expect(app.outputs['ecr_repository_url']).toBeUndefined()
    const { containers } = wished<TaskDefinitionProps>(app, 'taskDefinition/backend').props.definition
    expect(containers[0]?.image).toBe('ghcr.io/me/app:1')
  })

  test('named security groups are used as they are', () => {
    const app = drawnFrom(`${stack}backend: {}\nnetwork: { securityGroups: [sg-01234567, sg-89abcdef] }`)
    expect(ids(app)).not.toContain('securityGroup/backend')
    const { environment } = wished<LambdaFunctionProps>(app, 'lambdaFunction/task-manager').props
      .configuration
    expect(environment['SECURITY_GROUPS']).toBe('sg-01234567,sg-89abcdef')
  })

  test("else one is made that opens nothing but the app's port", () => {
    const app = drawnFrom(`${stack}backend: { port: 3000 }`)
    const { ingress } = wished<SecurityGroupProps>(app, 'securityGroup/backend').props
    expect(ingress).toEqual([expect.objectContaining({ protocol: 'tcp', fromPort: 3000, toPort: 3000 })])
  })

  test.each([
    ['function', output('cloudfrontFunction/frontend', 'arn'), []],
    ['errors', null, [403, 404]],
    ['none', null, []],
  ])('deep links by %s', (fallback, viewerRequest, codes) => {
    const site = drawnFrom(`${stack}frontend: { fallback: ${fallback} }`)
    const { config } = wished<DistributionProps>(site, 'distribution/frontend').props
    expect(config.viewerRequest).toBe(viewerRequest)
    expect(config.errorResponses.map(({ code }) => code)).toEqual(codes)
    expect(ids(site).includes('cloudfrontFunction/frontend')).toBe(fallback === 'function')
  })

  test("certificates are requested where none is named: the site's in us-east-1", () => {
    const both = drawnFrom(
      `${stack}frontend: { domain: a.co, aliases: [www.a.co] }\nbackend: {}\napi: { domain: api.a.co }\ndns: { zone: a.co }`,
    )
    const site = wished<CertificateProps>(both, 'certificate/frontend')
    expect(site.name).toBe('a.co@us-east-1')
    expect(site.props.names).toEqual({ domain: 'a.co', aliases: ['www.a.co'] })
    expect(site.tags).toEqual({ 'storyarch:zone': 'a.co' })
    expect(wished(both, 'certificate/api').name).toBe('api.a.co@eu-west-1')
    const { config } = wished<DistributionProps>(both, 'distribution/frontend').props
    expect(config).toMatchObject({
      aliases: ['a.co', 'www.a.co'],
      certificate: output('certificate/frontend', 'arn'),
      minimumTls: 'TLSv1.2_2021',
    })
    expect(ids(both).filter(id => id.startsWith('dnsRecord/'))).toEqual([
      'dnsRecord/api',
      'dnsRecord/frontend',
      'dnsRecord/frontend-www.a.co',
    ])
  })

  test('where DNS is kept elsewhere there are domains without records', () => {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/a-1'
    const site = drawnFrom(`${stack}frontend: { domain: a.co, certificate: "${arn}" }`)
    expect(ids(site).filter(id => /dnsRecord|certificate/.test(id))).toEqual([])
    expect(wished(site, 'distribution/frontend').tags).toEqual({})
    expect(wished<DistributionProps>(site, 'distribution/frontend').props.config).toMatchObject({
      aliases: ['a.co'],
      certificate: arn,
    })
  })

  test('a jwt guards the route at the API itself', () => {
    const app = drawnFrom(
      `${stack}backend: {}\napi: { auth: { jwt: { issuer: "https://i.d", audience: [a] } } }`,
    )
    const { authorizer, routes } = wished<HttpApiProps>(app, 'httpApi/api').props
    expect(authorizer).toEqual({ issuer: 'https://i.d', audience: ['a'] })
    expect(routes.map(({ authorized }) => authorized)).toEqual([true])
  })

  test('a jwt leaves the preflights of pages a route of their own: a browser sends no token with them', () => {
    const app = drawnFrom(
      `${stack}frontend: {}\nbackend: {}\napi: { auth: { jwt: { issuer: "https://i.d", audience: [a] } } }`,
    )
    const { routes } = wished<HttpApiProps>(app, 'httpApi/api').props
    expect(routes).toMatchObject([
      { key: 'ANY /start', authorized: true },
      { key: 'OPTIONS /start', authorized: false },
    ])
  })

  test('a token that the API asks for must stand in Parameter Store before the stack is made', () => {
    const app = drawnFrom(`${stack}backend: {}\napi: { auth: token }`)
    expect(app.lookups).toContainEqual({
      kind: 'secret',
      logical: 'api-token',
      query: { reference: 'ssm:/storyarch/notes/dev/api-token' },
    })
    expect(drawnFrom(`${stack}backend: {}`).lookups).toHaveLength(1)
  })

  test('secrets reach the app by reference, and only the execution role reads them', () => {
    const app = drawnFrom(`${stack}backend: { secrets: { KEY: "ssm:/notes/key" } }`)
    expect(app.lookups).toContainEqual({
      kind: 'secret',
      logical: 'KEY',
      query: { reference: 'ssm:/notes/key' },
    })
    const arn = output('secret/KEY', 'arn')
    const { containers } = wished<TaskDefinitionProps>(app, 'taskDefinition/backend').props.definition
    expect(containers[0]?.secrets).toEqual({ KEY: arn })
    const readers = app.resources.filter(
      ({ kind, props }) => kind === 'role' && JSON.stringify(props).includes(arn),
    )
    expect(readers.map(({ logical }) => logical)).toEqual(['task-execution'])
  })

  test.each([
    ['30s', 3, 10, '1'],
    ['95s', 10, 10, '1'],
    ['2m', 2, 60, '60'],
    ['150s', 3, 60, '60'],
    ['1h', 60, 60, '60'],
  ])('a lifetime of %s is %i periods of %i s of silence', (lifetime, periods, seconds, resolution) => {
    const app = drawnFrom(`${stack}backend: { lifetime: ${lifetime} }`)
    const { definition } = wished<AlarmProps>(app, 'alarm/task-inactive').props
    expect(definition).toMatchObject({
      periodSeconds: seconds,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
    })
    // Whoever pings must do so as finely as the alarm looks.
    const { configuration } = wished<LambdaFunctionProps>(app, 'lambdaFunction/task-manager').props
    const { containers } = wished<TaskDefinitionProps>(app, 'taskDefinition/backend').props.definition
    const agent = containers.find(({ name }) => name === 'agent')
    for (const environment of [configuration.environment, agent?.environment])
      expect(environment?.['METRIC_RESOLUTION_SECONDS']).toBe(resolution)
  })
})
