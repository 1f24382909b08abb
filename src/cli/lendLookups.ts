import {
  CreateHostedZoneCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { isAwsError } from '../awsError.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { derivedNames } from '../manifest/names.ts'
import type { Aws } from '../resource.ts'

const PLACEHOLDER = 'local-placeholder'

/**
 * Makes what a stack uses and never owns, where the embedded AWS has none yet: its hosted zone, and its secrets with a
 * placeholder for a value. Names each thing it made.
 */
export const lendLookups = async (
  aws: Aws,
  { project, environment, dns, backend, api }: Manifest,
): Promise<string[]> => {
  const token = api?.auth === 'token' ? [`ssm:${derivedNames(project, environment).tokenParameter}`] : []
  const made = await Promise.all([
    dns === null ? null : lendZone(aws, dns.zone),
    ...[...Object.values(backend?.secrets ?? {}), ...token].map(reference => lendSecret(aws, reference)),
  ])
  return made.filter(name => name !== null)
}

const lendZone = async (aws: Aws, zone: string): Promise<string | null> => {
  const client = aws.client(Route53Client)
  const { HostedZones = [] } = await client.send(
    new ListHostedZonesByNameCommand({ DNSName: zone, MaxItems: 1 }),
  )
  if (HostedZones[0]?.Name === `${zone.replace(/\.$/, '')}.`) return null
  await client.send(new CreateHostedZoneCommand({ Name: zone, CallerReference: `storyarch-${zone}` }))
  return `the hosted zone ${zone}`
}

const lendSecret = async (aws: Aws, reference: string): Promise<string | null> => {
  const [service, ...rest] = reference.split(':')
  const name = rest.join(':')
  return service === 'ssm' ? lendParameter(aws, name) : lendSecretsManagerSecret(aws, name)
}

const lendSecretsManagerSecret = async (aws: Aws, name: string): Promise<string | null> => {
  const client = aws.client(SecretsManagerClient)
  try {
    await client.send(new DescribeSecretCommand({ SecretId: name }))
    return null
  } catch (error) {
    if (!isAwsError(error, 'ResourceNotFoundException')) throw error
  }
  await client.send(new CreateSecretCommand({ Name: name, SecretString: PLACEHOLDER }))
  return `the secret ${name} with a placeholder value`
}

const lendParameter = async (aws: Aws, name: string): Promise<string | null> => {
  const client = aws.client(SSMClient)
  const { Parameters = [] } = await client.send(new GetParametersCommand({ Names: [name] }))
  if (Parameters.length > 0) return null
  await client.send(new PutParameterCommand({ Name: name, Value: PLACEHOLDER, Type: 'SecureString' }))
  return `the parameter ${name} with a placeholder value`
}
