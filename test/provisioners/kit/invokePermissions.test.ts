import { expect, test } from 'vitest'
import { permissionsIn } from '../../../src/provisioners/kit/invokePermissions.ts'

const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

test('no policy, no permissions', () => expect(permissionsIn(undefined)).toEqual({}))

test('reads who may invoke and from where, however the key is spelt', () => {
  const source = 'arn:aws:sns:us-east-1:123456789012:idle'
  expect(
    permissionsIn(
      policy(
        {
          Sid: 'topic',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnLike: { 'AWS:SourceArn': source } },
        },
        {
          Sid: 'other',
          Principal: { AWS: 'arn:aws:iam::999999999999:root' },
          Condition: { StringEquals: { 'aws:SourceArn': source } },
        },
        { Sid: 'open', Principal: '*' },
      ),
    ),
  ).toEqual({
    topic: { principal: 'sns.amazonaws.com', source },
    other: { principal: 'arn:aws:iam::999999999999:root', source },
    open: { principal: '*', source: '' },
  })
})
