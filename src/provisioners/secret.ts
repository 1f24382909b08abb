import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type ParameterMetadata, paginateDescribeParameters, SSMClient } from '@aws-sdk/client-ssm'
import { UserError } from '../errors.ts'
import type { Aws, Lookup, Outputs } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { arnOf } from './kit/arn.ts'

/** A lookup: a secret or parameter somebody else keeps; its value is never read. */
export interface SecretQuery {
  /** `secretsmanager:<name>` or `ssm:<name>`. */
  reference: string
}

export interface SecretOut extends Outputs {
  arn: string
}

const secretArn = async (aws: Aws, name: string): Promise<string> => {
  const found = await absentIf(
    aws.client(SecretsManagerClient).send(new DescribeSecretCommand({ SecretId: name })),
    'ResourceNotFoundException',
  )
  if (found?.ARN === undefined)
    throw new UserError(
      `There is no secret ${name} in ${aws.region}.`,
      `Make it: \`aws secretsmanager create-secret --region ${aws.region} --name ${name} --secret-string …\`.`,
    )
  if (found.DeletedDate !== undefined)
    throw new UserError(
      `Secret ${name} is scheduled for deletion.`,
      `Take it back: \`aws secretsmanager restore-secret --region ${aws.region} --secret-id ${name}\`.`,
    )
  return found.ARN
}

/** GetParameter would answer with the value, so the list is asked; its pages may be empty and still not the last. */
const parameterArn = async (aws: Aws, name: string): Promise<string> => {
  const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: [name] }]
  let found: ParameterMetadata | undefined
  for await (const page of paginateDescribeParameters(
    { client: aws.client(SSMClient) },
    { ParameterFilters },
  )) {
    found = page.Parameters?.[0]
    if (found !== undefined) break
  }
  if (found === undefined)
    throw new UserError(
      `There is no parameter ${name} in ${aws.region}.`,
      `Make it: \`aws ssm put-parameter --region ${aws.region} --type SecureString --name ${name} --value …\`.`,
    )
  return found.ARN ?? arnOf(aws, 'ssm', `parameter/${name.replace(/^\//, '')}`)
}

export const secret: Lookup<SecretQuery, SecretOut> = {
  kind: 'secret',
  permissions: { read: ['secretsmanager:DescribeSecret', 'ssm:DescribeParameters'] },
  async find(aws, { reference }) {
    const [, service, name = ''] = /^(secretsmanager|ssm):(.+)$/.exec(reference) ?? []
    if (service === 'secretsmanager') return { arn: await secretArn(aws, name) }
    if (service === 'ssm') return { arn: await parameterArn(aws, name) }
    throw new UserError(
      `${reference} names no place for secrets.`,
      'Write secretsmanager:<name> or ssm:<name>.',
    )
  },
}
