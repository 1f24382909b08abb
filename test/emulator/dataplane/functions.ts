import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import type { Running } from '../running.ts'

/** A deployment package of one file, `index.js`. */
export const zipOf = (code: string): Uint8Array => zipSync({ 'index.js': strToU8(code) })

/** A function with a role of its own; answers its ARN. */
export const createFunction = async (
  aws: Running,
  name: string,
  code: string,
  more: object = {},
): Promise<string> => {
  const { Role } = await aws.client(IAMClient).send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  )
  const { FunctionArn = '' } = await aws.client(LambdaClient).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role?.Arn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf(code) },
      ...more,
    }),
  )
  return FunctionArn
}
