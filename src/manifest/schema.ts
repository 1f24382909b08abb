import * as z from 'zod'
import { api } from './apiSchema.ts'
import { backend } from './backendSchema.ts'
import { LOG_RETENTION_DAYS } from './checks/logRetentionDays.ts'
import { regionName } from './checks/regionName.ts'
import { complete } from './complete.ts'
import { database } from './databaseSchema.ts'
import { domain, frontend } from './frontendSchema.ts'
import { absent, orList, section, shown, text } from './kit.ts'
import { network } from './networkSchema.ts'
import { rules } from './rules.ts'
import { tags } from './tagsSchema.ts'

const PROJECT = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const ENVIRONMENT = /^[a-z0-9]+(-[a-z0-9]+)*$/

const project = text(name => {
  if (name.length > 32) return `has ${name.length} characters. Names in AWS are made of it: at most 32.`
  if (!PROJECT.test(name))
    return 'is not a project name. Use a-z, 0-9 and single "-" between them, starting with a letter.'
  return /^(sthree|amzn-s3-demo|sg)(-|$)/.test(name) ? 'starts with a word AWS keeps for itself.' : null
}).meta({ pattern: PROJECT.source, maxLength: 32 })

const environment = text(name => {
  if (name.length > 16) return `has ${name.length} characters. Names in AWS are made of it: at most 16.`
  if (!ENVIRONMENT.test(name))
    return 'is not an environment name. Use a-z, 0-9 and single "-" between them, such as prod.'
  return /(^|-)s3alias$/.test(name) ? 'ends with a word AWS keeps for itself.' : null
}).meta({ pattern: ENVIRONMENT.source, maxLength: 16 })

const account = z
  .union([z.string(), z.number()], { error: () => 'must be 12 digits in quotes.' })
  .transform((value, context) => {
    if (typeof value === 'string' && /^\d{12}$/.test(value)) return value
    const fix = typeof value === 'number' ? 'must be text: put its 12 digits in quotes.' : 'is not 12 digits.'
    context.addIssue({ code: 'custom', message: `${shown(value)} ${fix}` })
    return z.NEVER
  })

const retentionDays = z
  .number()
  .superRefine((days, context) => {
    if (LOG_RETENTION_DAYS.includes(days)) return
    const message = `${shown(days)} is no retention CloudWatch Logs offers. Use ${orList(LOG_RETENTION_DAYS)}.`
    context.addIssue({ code: 'custom', message })
  })
  .meta({ enum: [...LOG_RETENTION_DAYS] })

const email = text(value =>
  /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/.test(value) && value.length <= 50
    ? null
    : 'is not an e-mail address of at most 50 characters.',
).meta({ format: 'email' })

/** What people write, as a shape; every default that needs no other value stands here. */
const shape = section(
  {
    project: project.describe('Short name of the app; the names of its resources start with it.'),
    environment: environment.describe(
      'Which of its stacks this is: prod, staging …; the API stage bears its name.',
    ),
    region: text(regionName)
      .meta({ examples: ['us-east-1', 'eu-west-1'] })
      .describe('AWS region of everything but CloudFront.'),
    account: absent(
      account
        .meta({ type: 'string', pattern: '^[0-9]{12}$' })
        .describe('Guard: no other AWS account is touched.'),
    ),
    tags: tags.describe('Put on every resource.'),
    frontend: absent(frontend.describe('A static site: S3 behind CloudFront.')),
    backend: absent(
      backend.describe('A container that runs only while somebody needs it: one Fargate task.'),
    ),
    database: absent(database.describe("The backend's SQLite database, kept in S3.")),
    api: absent(api.describe('The HTTP API that starts the backend: ANY /start.')),
    dns: absent(
      section({ zone: domain().describe('The zone, such as example.com.') }).describe(
        'The public Route 53 hosted zone of all domains.',
      ),
    ),
    network: network.prefault({}).describe('Where the task runs.'),
    logs: section({ retentionDays: retentionDays.default(30).describe('Days logs are kept.') })
      .prefault({})
      .describe('Log groups.'),
    budget: absent(
      section({
        monthlyUsd: z
          .number()
          .superRefine((usd, context) => {
            if (usd >= 1 && usd <= 1_000_000) return
            context.addIssue({
              code: 'custom',
              message: `${shown(usd)} must be from 1 to 1000000 US dollars.`,
            })
          })
          .describe('US dollars a month.'),
        email: email.describe('Who is told at 80 % and at 100 %.'),
      }).describe('An AWS budget that warns by e-mail.'),
    ),
  },
  {
    aws_region: 'region',
    cpu: 'backend.cpu',
    memory: 'backend.memory',
    port: 'backend.port',
    image: 'backend.image',
    lifetime: 'backend.lifetime',
    secrets: 'backend.secrets',
    ecs_task_cpu: 'backend.cpu',
    ecs_task_memory: 'backend.memory',
    task_lifetime_seconds: 'backend.lifetime',
    frontend_bucket_name: 'frontend.bucket',
    database_bucket_name: 'database.bucket',
    hosted_zone_name: 'dns.zone',
    frontend_subdomain: 'frontend.domain',
    frontend_domain_aliases: 'frontend.aliases',
    frontend_certificate_arn: 'frontend.certificate',
    api_subdomain: 'api.domain',
    api_domain_name: 'api.domain',
    api_certificate_arn: 'api.certificate',
  },
)

/** A manifest that is right field by field, before rules across fields and derived defaults. */
export type Written = z.output<typeof shape>

/** The whole check: fields, rules across them, and the defaults that depend on other values. */
export const schema = shape
  .superRefine(rules, { when: ({ value }) => typeof value === 'object' && value !== null })
  .transform(complete)
  .describe('A storyarch stack: what is wanted, compared with live AWS by `storyarch plan`.')
