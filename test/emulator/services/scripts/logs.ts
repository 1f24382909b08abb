import * as Logs from '@aws-sdk/client-cloudwatch-logs'
import { type Connect, type Errs, type Outcome, Script } from '../../script.ts'

export const logsScript = async (connect: Connect): Promise<Outcome[]> => {
  const logs = connect(Logs.CloudWatchLogsClient)
  const script = new Script()
  const logGroupName = '/same/app'
  const logStreamName = 's'
  const now = Date.now()
  const create = () => logs.send(new Logs.CreateLogGroupCommand({ logGroupName, tags: { app: 'a' } }))
  await script.step('create', create)
  await script.step('create again', create)
  await script.step(
    'describe',
    () => logs.send(new Logs.DescribeLogGroupsCommand({ logGroupNamePrefix: '/same' })),
    ({ logGroups }) =>
      logGroups?.map(({ arn, logGroupName, retentionInDays }) => ({ arn, logGroupName, retentionInDays })),
  )
  await script.step('retention', () =>
    logs.send(new Logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 14 })),
  )
  await script.step('odd retention', () =>
    logs.send(new Logs.PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
  )
  await script.step('retention of none', () =>
    logs.send(new Logs.PutRetentionPolicyCommand({ logGroupName: 'none', retentionInDays: 14 })),
  )
  const resourceArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/same/app'
  await script.step(
    'tags',
    () => logs.send(new Logs.ListTagsForResourceCommand({ resourceArn })),
    ({ tags }) => tags,
  )
  await script.step('stream', () =>
    logs.send(new Logs.CreateLogStreamCommand({ logGroupName, logStreamName })),
  )
  await script.step('stream again', () =>
    logs.send(new Logs.CreateLogStreamCommand({ logGroupName, logStreamName })),
  )
  await script.step('put', () =>
    logs.send(
      new Logs.PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: [1, 2, 3].map(n => ({ timestamp: now - 4000 + n * 1000, message: `m${n}` })),
      }),
    ),
  )
  await script.step('put to no stream', () =>
    logs.send(
      new Logs.PutLogEventsCommand({
        logGroupName,
        logStreamName: 'none',
        logEvents: [{ timestamp: now, message: 'm' }],
      }),
    ),
  )
  await script.step(
    'put too new',
    () =>
      logs.send(
        new Logs.PutLogEventsCommand({
          logGroupName,
          logStreamName,
          logEvents: [{ timestamp: now + 10 * 3_600_000, message: 'm' }],
        }),
      ),
    ({ rejectedLogEventsInfo }) => rejectedLogEventsInfo?.tooNewLogEventStartIndex,
  )
  await script.step(
    'get',
    () =>
      logs.send(new Logs.GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, startFromHead: true })),
    ({ events }) => events?.map(({ message }) => message),
  )
  await script.step(
    'get the tail',
    () => logs.send(new Logs.GetLogEventsCommand({ logGroupName, logStreamName, limit: 2 })),
    ({ events }) => events?.map(({ message }) => message),
  )
  await script.step(
    'filter',
    () => logs.send(new Logs.FilterLogEventsCommand({ logGroupName, filterPattern: 'm2' })),
    ({ events }) => events?.map(({ message, logStreamName }) => [logStreamName, message]),
  )
  await script.step(
    'filter by time',
    () => logs.send(new Logs.FilterLogEventsCommand({ logGroupName, startTime: now - 2000 })),
    ({ events }) => events?.map(({ message }) => message),
  )
  await script.step('filter none', () => logs.send(new Logs.FilterLogEventsCommand({ logGroupName: 'none' })))
  await script.step(
    'streams',
    () => logs.send(new Logs.DescribeLogStreamsCommand({ logGroupName })),
    ({ logStreams }) =>
      logStreams?.map(({ arn, logStreamName, lastEventTimestamp }) => [
        arn,
        logStreamName,
        lastEventTimestamp === now - 1000,
      ]),
  )
  await script.step('delete', () => logs.send(new Logs.DeleteLogGroupCommand({ logGroupName })))
  await script.step('delete again', () => logs.send(new Logs.DeleteLogGroupCommand({ logGroupName })))
  return script.outcomes
}

/** Where moto answers otherwise than AWS says it does. */
export const logsMotoErrs: Errs = {
  'odd retention': { moto: 'done', because: 'PutRetentionPolicy: possible values of retentionInDays' },
}
