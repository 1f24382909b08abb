import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type {
  ServiceFacts,
  SlicedOperation,
  SlicedSchemas,
  SlicedShape,
} from '../src/emulator/wire/schemas.ts'

/** Operations of EC2 worth carrying: the whole of it is ten times as large as all others together. */
const EC2 =
  /^(Describe(AvailabilityZones|Regions|AccountAttributes|Tags|Vpcs|VpcAttribute|Subnets|RouteTables|InternetGateways|SecurityGroups|SecurityGroupRules|NetworkInterfaces|ManagedPrefixLists)|(Create|Delete)(Tags|Vpc|DefaultVpc|DefaultSubnet|Subnet|RouteTable|Route|InternetGateway|SecurityGroup|NetworkInterface)|(Attach|Detach)InternetGateway|(Associate|Disassociate)RouteTable|(Authorize|Revoke)SecurityGroup(Ingress|Egress)|UpdateSecurityGroupRuleDescriptions(Ingress|Egress)|ModifySecurityGroupRules|Modify(Vpc|Subnet|NetworkInterface)Attribute)$/

/** Same URL as operations people mean, told apart only by a host of their own that loopback has not. */
const S3 = /^(?!ListDirectoryBuckets$|WriteGetObjectResponse$)/

/** Name in src/emulator/services.ts → client package, and which of its operations to carry. */
const CLIENTS: Record<string, { package: string; operations: RegExp }> = {
  acm: { package: 'acm', operations: /./ },
  apigateway: { package: 'apigatewayv2', operations: /./ },
  budgets: { package: 'budgets', operations: /./ },
  cloudfront: { package: 'cloudfront', operations: /./ },
  cloudwatch: { package: 'cloudwatch', operations: /./ },
  dynamodb: { package: 'dynamodb', operations: /./ },
  ec2: { package: 'ec2', operations: EC2 },
  ecr: { package: 'ecr', operations: /./ },
  ecs: { package: 'ecs', operations: /./ },
  events: { package: 'eventbridge', operations: /./ },
  iam: { package: 'iam', operations: /./ },
  lambda: { package: 'lambda', operations: /./ },
  logs: { package: 'cloudwatch-logs', operations: /./ },
  route53: { package: 'route-53', operations: /./ },
  s3: { package: 's3', operations: S3 },
  secretsManager: { package: 'secrets-manager', operations: /./ },
  sns: { package: 'sns', operations: /./ },
  ssm: { package: 'ssm', operations: /./ },
  sts: { package: 'sts', operations: /./ },
  tagging: { package: 'resource-groups-tagging-api', operations: /./ },
}

/** A schema as the SDK exports it: arrays whose first element tells the kind, references as thunks. */
type Shape = readonly [kind: number, namespace: string, name: string, ...rest: unknown[]]

const OPERATION = 9
const ERROR = -3

interface Client {
  config: {
    protocol: { getShapeId(): string; awsQueryCompatible?: boolean }
    protocolSettings: Record<string, string>
    defaultSigningName: string
  }
}

const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.length >= 5 && typeof value[0] === 'number' && typeof value[2] === 'string'

/**
 * Copies the schemas of every service out of the SDK's clients into plain JSON: `<service>.json` each, and `services.json`
 * with what the schemas do not say (protocol, target prefix, version, namespace). The emulator loads these instead of the
 * clients: a tenth of the memory, a fifth of the time.
 */
export const sliceSchemas = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true })
  const facts: Record<string, ServiceFacts> = {}
  for (const [name, { package: client, operations }] of Object.entries(CLIENTS)) {
    const sdk: Record<string, unknown> = await import(`@aws-sdk/client-${client}`)
    facts[name] = factsOf(sdk)
    await write(join(folder, `${name}.json`), slice(Object.values(sdk).filter(isShape), operations))
  }
  await write(join(folder, 'services.json'), facts)
}

/** Atomic, for two builds may run at once. */
const write = async (path: string, value: unknown): Promise<void> => {
  const draft = `${path}.${process.pid}`
  await writeFile(draft, JSON.stringify(value))
  await rename(draft, path)
}

const factsOf = (sdk: Record<string, unknown>): ServiceFacts => {
  const [, Client] =
    Object.entries(sdk).find(([name]) => name.endsWith('Client') && !name.startsWith('__')) ?? []
  const { config } = new (Client as new (config: object) => Client)({ region: 'us-east-1' })
  const { protocol, protocolSettings: settings } = config
  return {
    protocol: protocol.getShapeId().split('#')[1] as ServiceFacts['protocol'],
    signing: config.defaultSigningName,
    target: settings['serviceTarget'] ?? null,
    version: settings['version'] ?? null,
    xmlns: settings['xmlNamespace'] ?? null,
    queryCompatible: protocol.awsQueryCompatible === true,
  }
}

const slice = (exported: Shape[], wanted: RegExp): SlicedSchemas => {
  const shapes: Record<string, SlicedShape> = {}

  /** Numbers are simple shapes; `#Name` stands for a shape of the file; a pair is a member with traits. */
  const refer = (reference: unknown): unknown => {
    const target = typeof reference === 'function' ? reference() : reference
    if (!Array.isArray(target)) return target
    if (target.length === 2) return [refer(target[0]), target[1]]
    const [kind, , name, traits, ...rest] = target
    if (!(name in shapes)) {
      shapes[name] = [kind, name, traits]
      shapes[name].push(
        ...rest.map(part => (Array.isArray(part) && !isShape(part) ? part.map(refer) : refer(part))),
      )
    }
    return `#${name}`
  }

  const operations: Record<string, SlicedOperation> = {}
  const errors: string[] = []
  for (const shape of exported) {
    const [kind, namespace, name, traits, input, output] = shape
    if (kind === OPERATION && wanted.test(name))
      operations[name] = [traits, refer(input), refer(output)] as SlicedOperation
    if (kind === ERROR && !namespace.startsWith('smithy.ts.sdk')) {
      refer(shape)
      errors.push(name)
    }
  }
  return { operations, errors, shapes }
}

if (import.meta.main) {
  const { positionals } = parseArgs({ allowPositionals: true })
  await sliceSchemas(positionals[0] ?? 'dist/emulator/schemas')
}
