import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { lambdaBundles } from '../../../src/artifacts/lambdaBundle.ts'
import type { LambdaFunctionProps } from '../../../src/provisioners/lambdaFunction.ts'
import type { Aws } from '../../../src/resource.ts'
import type { Sample } from '../contract.ts'

const NAME = 'contract-test-task-manager'

const executionRole = async (aws: Aws): Promise<string> => {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  }
  const { Role } = await aws.client(IAMClient).send(
    new CreateRoleCommand({
      RoleName: 'contract-test-manager',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }),
  )
  return Role?.Arn ?? ''
}

export const lambdaFunctionSample: Sample<LambdaFunctionProps> = {
  async prepare(aws) {
    const bundles = await lambdaBundles()
    const configuration: LambdaFunctionProps['configuration'] = {
      description: 'Starts the backend',
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      role: await executionRole(aws),
      memoryMb: 256,
      timeoutSeconds: 30,
      environment: { TABLE_NAME: 'contract-test' },
      logGroup: `/aws/lambda/${NAME}`,
    }
    const code = { sha256: bundles['task-manager']?.sha256 ?? '', architecture: 'arm64' as const }
    return {
      name: NAME,
      props: {
        configuration,
        code,
        permissions: {
          api: {
            principal: 'apigateway.amazonaws.com',
            source: 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/*/*/start',
          },
        },
        asyncRetries: { attempts: 2, maxAgeSeconds: 3600 },
      },
      variants: {
        configuration: {
          ...configuration,
          description: '',
          memoryMb: 128,
          timeoutSeconds: 3,
          environment: {},
        },
        code: { ...code, sha256: bundles['task-monitor']?.sha256 ?? '' },
        permissions: {
          api: {
            principal: 'apigateway.amazonaws.com',
            source: 'arn:aws:execute-api:us-east-1:123456789012:old/*',
          },
          topic: {
            principal: 'sns.amazonaws.com',
            source: 'arn:aws:sns:us-east-1:123456789012:contract-test-idle',
          },
        },
        asyncRetries: { attempts: 1, maxAgeSeconds: 60 },
      },
    }
  },
  lacks: { moto: { asyncRetries: 'moto shows the first event invoke configuration for ever' } },
  unreached: {
    'iam:PassRole': 'asked for whoever gives a role to a function',
    'lambda:ListTags': 'makes GetFunction show the tags',
  },
}
