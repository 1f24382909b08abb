import { AwsError, type Call, type Table } from '../../service.ts'

/** A row of `topics`, keyed by ARN. `attributes` are the ones that were set. */
export interface Topic {
  arn: string
  name: string
  attributes: Record<string, string>
}

export const topicTable = (call: Call): Table<Topic> => call.table<Topic>('topics', { service: 'sns' })

/** `what` is the parameter at fault; `reason` follows it as SNS words it. */
export const invalid = (what: string, reason?: string): AwsError =>
  new AwsError('InvalidParameterException', `Invalid parameter: ${what}${reason ? ` Reason: ${reason}` : ''}`)

/** Throws InvalidParameterException for what is no ARN, NotFoundException for a topic that is not there. */
export const topicOf = (call: Call, arn = ''): Topic => {
  if (arn.split(':').length < 6)
    throw invalid('TopicArn', `An ARN must have at least 6 elements, not ${arn.split(':').length}`)
  const topic = topicTable(call).get(arn)
  if (!topic) throw new AwsError('NotFoundException', 'Topic does not exist')
  return topic
}

const SETTABLE = [
  'ApplicationFailureFeedbackRoleArn',
  'ApplicationSuccessFeedbackRoleArn',
  'ApplicationSuccessFeedbackSampleRate',
  'ArchivePolicy',
  'ContentBasedDeduplication',
  'DataProtectionPolicy',
  'DeliveryPolicy',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'HTTPFailureFeedbackRoleArn',
  'HTTPSuccessFeedbackRoleArn',
  'HTTPSuccessFeedbackSampleRate',
  'KmsMasterKeyId',
  'LambdaFailureFeedbackRoleArn',
  'LambdaSuccessFeedbackRoleArn',
  'LambdaSuccessFeedbackSampleRate',
  'Policy',
  'SQSFailureFeedbackRoleArn',
  'SQSSuccessFeedbackRoleArn',
  'SQSSuccessFeedbackSampleRate',
  'SignatureVersion',
  'TracingConfig',
]

/** The attribute as SNS keeps it; throws InvalidParameterException. */
export const checkedAttribute = (name: string, value: string): string => {
  if (!SETTABLE.includes(name)) throw invalid('AttributeName')
  if (name === 'DisplayName' && [...value].length > 100)
    throw invalid('DisplayName', 'Display name must be at most 100 characters')
  if (name === 'Policy') demandPolicy(value)
  if (name === 'DeliveryPolicy' && value !== '' && !isObject(value))
    throw invalid('DeliveryPolicy: failed to parse JSON.')
  return value
}

const demandPolicy = (text: string): void => {
  if (!isObject(text)) throw invalid('Policy Error: null')
  const statements: unknown = JSON.parse(text).Statement
  if (!Array.isArray(statements) && !(statements && typeof statements === 'object'))
    throw invalid('Policy statement must be present!')
}

const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** The policy of a topic nobody gave one: the account's own principals, alarms among them, may use it. */
export const defaultPolicy = (call: Call, arn: string): string =>
  JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': call.account } },
      },
    ],
  })

export const DELIVERY_POLICY = JSON.stringify({
  http: {
    defaultHealthyRetryPolicy: {
      minDelayTarget: 20,
      maxDelayTarget: 20,
      numRetries: 3,
      numMaxDelayRetries: 0,
      numNoDelayRetries: 0,
      numMinDelayRetries: 0,
      backoffFunction: 'linear',
    },
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
})
