import * as z from 'zod'
import { FARGATE_CPUS } from './checks/fargateSize.ts'
import {
  absent,
  choice,
  count,
  duration,
  lenientText,
  matching,
  orList,
  path,
  section,
  shown,
  text,
} from './kit.ts'

/** What storyarch itself tells the app. */
const RESERVED = ['DATABASE_PATH', 'DB_S3_BUCKET', 'DB_S3_KEY', 'AWS_REGION']

const variable = text(name => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return 'is not a name of a variable. Use letters, digits and "_", not starting with a digit.'
  if (RESERVED.includes(name)) return 'is set by storyarch. Choose another name.'
  return name.startsWith('STORYARCH_') ? 'starts with STORYARCH_, which storyarch keeps for itself.' : null
})

/** The message never shows the value: somebody may have pasted the secret itself. */
const NO_REFERENCE =
  'must be a reference, secretsmanager:<name> or ssm:<name>. The secret itself does not belong in a manifest.'

const secret = z
  .string({ error: () => NO_REFERENCE })
  .superRefine((value, context) => {
    if (/^(secretsmanager:[A-Za-z0-9/_+=.@-]{1,512}|ssm:[A-Za-z0-9/_.-]{1,1011})$/.test(value)) return
    context.addIssue({ code: 'custom', message: NO_REFERENCE })
  })
  .meta({ pattern: '^(secretsmanager|ssm):.+$' })

const cpu = z
  .number()
  .superRefine((value, context) => {
    if (FARGATE_CPUS.includes(value)) return
    const closest = FARGATE_CPUS.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value))[0]
    const message = `${shown(value)} is not a Fargate size. Use ${orList(FARGATE_CPUS)}; the closest is ${closest}.`
    context.addIssue({ code: 'custom', message })
  })
  .meta({ enum: [...FARGATE_CPUS] })

const image = section({
  context: absent(path().describe('Folder with the Dockerfile. Default: backend.')),
  dockerfile: absent(path().describe('The Dockerfile, inside context. Default: Dockerfile.')),
  uri: absent(
    matching(/^[a-z0-9][\w.\-/:@]*$/, 'is not an image such as ghcr.io/me/app:1.').describe(
      'An image that exists.',
    ),
  ),
  builder: absent(
    choice(['docker', 'podman', 'buildah', 'nerdctl', 'finch']).describe(
      'With context: the program that builds. Default: the first that works.',
    ),
  ),
  copy: absent(
    z
      .boolean()
      .describe("With uri: copy it into the stack's own repository. Default: false, ECS pulls it there."),
  ),
  files: absent(path().describe('Folder laid upon base, in workdir. Needs no container engine.')),
  base: absent(text().describe('With files: the image underneath, or none. Default: Node 24.')),
  workdir: absent(
    matching(/^\/[\w./-]*$/, 'is not an absolute path such as /app.').describe(
      'With files: where they lie and the command runs. Default: /app.',
    ),
  ),
  user: absent(
    matching(/^[\w.-]+(:[\w.-]+)?$/, 'is not a user such as node or 1000:1000.').describe(
      'With files: who runs the command. Default: as the base says.',
    ),
  ),
  command: absent(z.array(text()).min(1, 'must have at least one word.').describe('With files: what runs.')),
})

const healthPath = text(value => {
  if (!value.startsWith('/')) return `must start with "/". Use /${value}.`
  return /^[!-~]*$/.test(value) && !value.includes('#')
    ? null
    : 'is not a path: spaces, "#" and letters beyond ASCII must be %-encoded.'
})

const awsName = (pattern: RegExp, rule: string) =>
  absent(matching(pattern, `is not a name AWS takes here: ${rule}.`))

const names = section({
  repository: awsName(
    /^(?=.{2,256}$)[a-z][a-z0-9]*((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
    '2 to 256 of a-z, 0-9, ".", "_", "-" and "/", starting with a letter',
  ).describe('ECR repository. Default: <project>-backend.'),
  cluster: awsName(/^[A-Za-z0-9_-]{1,255}$/, '1 to 255 letters, digits, "-" and "_"').describe(
    'ECS cluster. Default: <project>-<environment>.',
  ),
  taskFamily: awsName(/^[A-Za-z0-9_-]{1,255}$/, '1 to 255 letters, digits, "-" and "_"').describe(
    'Family of the task definition. Default: <project>-backend-<environment>.',
  ),
  table: awsName(/^[A-Za-z0-9_.-]{3,255}$/, '3 to 255 letters, digits, "-", "_" and "."').describe(
    'DynamoDB table. Default: <project>-task-state-<environment>.',
  ),
  taskManager: awsName(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" and "_"').describe(
    'Lambda function. Default: <project>-task-manager-<environment>.',
  ),
  taskMonitor: awsName(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "-" and "_"').describe(
    'Lambda function. Default: <project>-task-monitor-<environment>.',
  ),
  logGroup: awsName(
    /^(?!aws\/|\/aws\/lambda\/)[.\-_/#A-Za-z0-9]{1,512}$/,
    '1 to 512 letters, digits and . - _ / #, and neither aws/ nor /aws/lambda/ in front',
  ).describe('Log group of the task. Default: /ecs/<project>-<environment>.'),
})

/** Where files lie in their image where nobody says. */
export const DEFAULT_WORKDIR = '/app'

/** What files are laid upon where nobody says. */
export const DEFAULT_BASE = 'public.ecr.aws/docker/library/node:24-slim'

const MINUTE = 60
const HOUR = 60 * MINUTE

export const backend = section({
  image: image.prefault({}).describe("The app's image: built from context, or taken from uri or files."),
  agent: section({
    base: text()
      .default(DEFAULT_BASE)
      .describe('The image it is laid upon; must have node, 22.16 or newer, on its PATH.'),
  })
    .prefault({})
    .describe('The container beside the app that carries the database.'),
  architecture: choice(['arm64', 'x86_64'], { amd64: 'x86_64', x64: 'x86_64', aarch64: 'arm64' })
    .default('arm64')
    .describe('Processor of the task; arm64 costs a fifth less.'),
  cpu: cpu.default(256).describe('CPU units, 1024 to a core.'),
  memory: absent(
    count(512, 122_880, 'MiB').describe('MiB; must go with cpu. Default: the least that goes, from 1024 on.'),
  ),
  port: count(1, 65_535).default(8000).describe('Where the app listens.'),
  health: healthPath.default('/').describe('A path that answers 2xx once the app is ready.'),
  environment: z.record(variable, lenientText()).default({}).describe('Environment of the app.'),
  secrets: z
    .record(variable, secret)
    .default({})
    .describe('Environment from Secrets Manager or Parameter Store: secretsmanager:<name>, ssm:<name>.'),
  lifetime: duration(30, 24 * HOUR)
    .default(5 * MINUTE)
    .describe('How long the task lives after the last ping: 5m.'),
  maxLifetime: duration(5 * MINUTE, 14 * 24 * HOUR)
    .default(12 * HOUR)
    .describe('No task gets older, pinged or not: 12h.'),
  startDeadline: duration(30, HOUR)
    .default(3 * MINUTE)
    .describe('A start that takes longer has failed: 3m.'),
  spot: z.boolean().default(false).describe('Spot capacity first, on-demand as fallback.'),
  idle: section({
    signal: choice(['ping', 'connections'])
      .default('ping')
      .describe('What counts as use: calls of /start, or open connections to the app.'),
  })
    .prefault({})
    .describe('How idleness is told.'),
  local: section({
    command: absent(text().describe('Shell command, run in the folder of the image.')),
  })
    .prefault({})
    .describe('How --local runs the app where no container engine is at hand.'),
  names: names.prefault({}).describe('Names in AWS, where a stack made by other means chose its own.'),
})
