import type { SlowCall } from './slowAws.ts'

const COMMANDS: Readonly<Record<string, string>> = {
  'cloudwatch-logs': 'logs',
  eventbridge: 'events',
  'route-53': 'route53',
  'resource-groups-tagging-api': 'resourcegroupstaggingapi',
  'secrets-manager': 'secretsmanager',
  s3: 's3api',
}

/** `DescribeVPCs` → `describe-vpcs`, as the `aws` CLI spells operations. */
const kebab = (operation: string): string =>
  operation
    .replace(/([A-Z]+)(?=[A-Z][a-z]|$)/g, (word: string) => word[0] + word.slice(1).toLowerCase())
    .replace(/(?<!^)([A-Z])/g, '-$1')
    .toLowerCase()

/** Bytes as the `aws` CLI wants them in JSON; times as it prints them. */
const json = (input: unknown): string =>
  JSON.stringify(input, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  )

/** One recorded call as a command line of the `aws` CLI. */
export const awsCommand = ({ service, operation, region, input }: SlowCall): string[] => [
  'aws',
  COMMANDS[service] ?? service,
  kebab(operation),
  '--region',
  region,
  '--no-paginate',
  '--cli-input-json',
  json(input),
]
