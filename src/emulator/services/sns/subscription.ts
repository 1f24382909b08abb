import { AwsError, type Call, type Table } from '../../service.ts'
import { invalid } from './topic.ts'

/** A row of `subscriptions`, keyed by ARN. */
export interface Subscription {
  arn: string
  topicArn: string
  protocol: string
  endpoint: string
  /** E-mail and HTTP endpoints must agree first; until then the ARN is a literal word. */
  confirmed: boolean
  attributes: Record<string, string>
}

export const subscriptionTable = (call: Call): Table<Subscription> =>
  call.table<Subscription>('subscriptions', { service: 'sns' })

export const subscriptionsOf = (call: Call, topicArn: string): Subscription[] =>
  subscriptionTable(call)
    .values()
    .filter(subscription => subscription.topicArn === topicArn)

/** Throws InvalidParameterException for what is no ARN, NotFoundException. */
export const subscriptionOf = (call: Call, arn = ''): Subscription => {
  demandSubscriptionArn(arn)
  const subscription = subscriptionTable(call).get(arn)
  if (!subscription) throw new AwsError('NotFoundException', 'Subscription does not exist')
  return subscription
}

/** Lists tell `PendingConfirmation` for an ARN, which no call takes back. */
export const demandSubscriptionArn = (arn: string): void => {
  const parts = arn.split(':').length
  if (parts < 6) throw invalid('SubscriptionArn', `An ARN must have at least 6 elements, not ${parts}`)
}

const ENDPOINTS: Readonly<Record<string, RegExp>> = {
  application: /^arn:aws:sns:.+:endpoint\/.+$/,
  email: /^[^@\s]+@[^@\s]+$/,
  'email-json': /^[^@\s]+@[^@\s]+$/,
  firehose: /^arn:aws:firehose:.+$/,
  http: /^http:\/\/.+$/,
  https: /^https:\/\/.+$/,
  lambda: /^arn:aws:lambda:[^:]+:\d{12}:function:.+$/,
  sms: /^\+?[\d ()-]{3,20}$/,
  sqs: /^arn:aws:sqs:[^:]+:\d{12}:.+$/,
}

const AGREES = ['email', 'email-json', 'http', 'https']

/** Whether the endpoint must confirm; throws InvalidParameterException. */
export const mustConfirm = (protocol: string, endpoint: string): boolean => {
  const shape = ENDPOINTS[protocol]
  if (!shape) throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`)
  if (!shape.test(endpoint)) throw invalid(`${protocol} endpoint is not valid: ${endpoint}`)
  return AGREES.includes(protocol)
}

const SETTABLE = [
  'DeliveryPolicy',
  'FilterPolicy',
  'FilterPolicyScope',
  'RawMessageDelivery',
  'RedrivePolicy',
  'ReplayPolicy',
  'SubscriptionRoleArn',
]

/** Throws InvalidParameterException. */
export const demandSubscriptionAttribute = (name: string, value: string): void => {
  if (!SETTABLE.includes(name)) throw invalid('AttributeName')
  if (name === 'RawMessageDelivery' && !['true', 'false'].includes(value))
    throw invalid('Attributes', `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`)
  if (!name.endsWith('Policy') || value === '') return
  try {
    JSON.parse(value)
  } catch {
    throw invalid('Attributes', `${name}: failed to parse JSON.`)
  }
}
