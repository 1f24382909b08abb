import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { AwsError } from '../../src/emulator/service.ts'
import { NotYet } from '../../src/errors.ts'
import { cluster } from '../../src/provisioners/cluster.ts'
import { freshAws, openWorld } from '../acceptance/liveStack.ts'
import { making } from './making.ts'

const MISSING =
  'Unable to assume the service linked role. Please verify that the ECS service linked role exists.'

test('in an account that never used ECS the service-linked role is made, and the cluster on the next try', async () => {
  let answers = 0
  const emulator = await freshAws(({ operation }, phase) =>
    operation === 'CreateCluster' && phase === 'before' && answers++ < 2
      ? new AwsError('InvalidParameterException', MISSING)
      : undefined,
  )
  const { session: aws } = openWorld(emulator.endpoint, 'us-east-1')
  const create = () => cluster.create(aws, 'notes-dev', { capacityProviders: ['FARGATE'] }, {}, making())
  try {
    await expect(create()).rejects.toBeInstanceOf(NotYet)
    const { Roles = [] } = await aws
      .client(IAMClient)
      .send(new ListRolesCommand({ PathPrefix: '/aws-service-role/' }))
    expect(Roles.map(({ RoleName }) => RoleName)).toEqual(['AWSServiceRoleForECS'])
    await expect(create()).rejects.toBeInstanceOf(NotYet)
    await create()
    expect((await cluster.read(aws, 'notes-dev'))?.health).toBe('ready')
  } finally {
    aws.close()
    await emulator.close()
  }
})
