import type { ServiceName } from '../../../src/emulator/services.ts'

/** Service → the SDK's client package. */
export const PACKAGES: Record<ServiceName, string> = {
  acm: 'acm',
  apigateway: 'apigatewayv2',
  budgets: 'budgets',
  cloudfront: 'cloudfront',
  cloudwatch: 'cloudwatch',
  dynamodb: 'dynamodb',
  ec2: 'ec2',
  ecr: 'ecr',
  ecs: 'ecs',
  events: 'eventbridge',
  iam: 'iam',
  lambda: 'lambda',
  logs: 'cloudwatch-logs',
  route53: 'route-53',
  s3: 's3',
  secretsManager: 'secrets-manager',
  sns: 'sns',
  ssm: 'ssm',
  sts: 'sts',
  tagging: 'resource-groups-tagging-api',
}

export const SERVICE_NAMES = Object.keys(PACKAGES) as ServiceName[]

/** A client whose operations are asked by name. */
export interface AnyClient {
  send(operation: string, input: unknown): Promise<Record<string, unknown>>
  /** The class the SDK raises for a modelled error. */
  errorClass(name: string): (new (...args: never[]) => Error) | undefined
  destroy(): void
}

interface Sdk {
  [name: string]: unknown
}

export const anyClient = async (
  service: ServiceName,
  endpoint: string,
  extra: Record<string, unknown> = {},
): Promise<AnyClient> => {
  const sdk: Sdk = await import(`@aws-sdk/client-${PACKAGES[service]}`)
  const found = Object.entries(sdk).find(([name]) => name.endsWith('Client') && !name.startsWith('__'))
  const Client = found?.[1] as new (
    config: object,
  ) => { send(command: unknown): Promise<Record<string, unknown>>; destroy(): void }
  const client = new Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret' },
    maxAttempts: 1,
    disableHostPrefix: true,
    ...extra,
  })
  return {
    send: (operation, input) => {
      const Command = sdk[`${operation}Command`] as new (input: unknown) => unknown
      return client.send(new Command(input))
    },
    errorClass: name => sdk[name] as ReturnType<AnyClient['errorClass']>,
    destroy: () => client.destroy(),
  }
}
