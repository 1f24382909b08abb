import { ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr'
import { expect, test } from 'vitest'
import { repository } from '../../src/provisioners/repository.ts'
import { making } from './making.ts'
import { onFreshAws } from './onFreshAws.ts'

test("somebody else's lifecycle policy shows as theirs", () =>
  onFreshAws(async aws => {
    await repository.create(aws, 'notes', { mutability: 'MUTABLE', retention: null }, {}, making())
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 3 },
      action: { type: 'expire' },
    }
    const lifecyclePolicyText = JSON.stringify({ rules: [rule] })
    await aws
      .client(ECRClient)
      .send(new PutLifecyclePolicyCommand({ repositoryName: 'notes', lifecyclePolicyText }))
    expect((await repository.read(aws, 'notes'))?.props.retention).toEqual({ foreign: lifecyclePolicyText })
  }))
