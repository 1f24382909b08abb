import type { Policy } from '../../../src/policy.ts'
import type { RoleProps } from '../../../src/provisioners/role.ts'
import type { Sample } from '../contract.ts'

const trusting = (service: string): Policy => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: [service] }, Action: ['sts:AssumeRole'] }],
})

const reading = (bucket: string): Policy => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Database',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject'],
      Resource: [`arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': ['true'] } },
    },
  ],
})

const byHand = { otherPolicies: 'only somebody else can make them: role.test.ts' }

export const roleSample: Sample<RoleProps> = {
  prepare: async () => ({
    name: 'contract-test-task',
    props: {
      description: 'What the app may do',
      trust: trusting('ecs-tasks.amazonaws.com'),
      policy: reading('database'),
      managed: ['arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy'],
      otherPolicies: [],
    },
    variants: {
      description: 'widened',
      trust: trusting('ec2.amazonaws.com'),
      policy: null,
      managed: [],
    },
  }),
  lacks: { embedded: byHand, moto: byHand },
}
