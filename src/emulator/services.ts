import type { Call } from './service.ts'

/** Handlers of one service with their types forgotten: what the server calls once the wire layer has read the input. */
export type Handlers = Readonly<
  Record<string, ((input: never, call: Call) => unknown | Promise<unknown>) | undefined>
>

/** Every service of the embedded AWS, loaded on its first call. The key is the name of its file and of its schema. */
export const services = {
  acm: async () => (await import('./services/acm.ts')).acm,
  apigateway: async () => (await import('./services/apigateway.ts')).apigateway,
  budgets: async () => (await import('./services/budgets.ts')).budgets,
  cloudfront: async () => (await import('./services/cloudfront.ts')).cloudfront,
  cloudwatch: async () => (await import('./services/cloudwatch.ts')).cloudwatch,
  dynamodb: async () => (await import('./services/dynamodb.ts')).dynamodb,
  ec2: async () => (await import('./services/ec2.ts')).ec2,
  ecr: async () => (await import('./services/ecr.ts')).ecr,
  ecs: async () => (await import('./services/ecs.ts')).ecs,
  events: async () => (await import('./services/events.ts')).events,
  iam: async () => (await import('./services/iam.ts')).iam,
  lambda: async () => (await import('./services/lambda.ts')).lambda,
  logs: async () => (await import('./services/logs.ts')).logs,
  route53: async () => (await import('./services/route53.ts')).route53,
  s3: async () => (await import('./services/s3.ts')).s3,
  secretsManager: async () => (await import('./services/secretsManager.ts')).secretsManager,
  sns: async () => (await import('./services/sns.ts')).sns,
  ssm: async () => (await import('./services/ssm.ts')).ssm,
  sts: async () => (await import('./services/sts.ts')).sts,
  tagging: async () => (await import('./services/tagging.ts')).tagging,
} satisfies Record<string, () => Promise<Handlers>>

export type ServiceName = keyof typeof services
