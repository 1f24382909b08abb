/** IAM's prefix of each SDK client, where it is not the client's name in lower case. */
const PREFIX: Readonly<Record<string, string>> = {
  CloudWatchLogs: 'logs',
  EventBridge: 'events',
}

const TAGS_AT_CREATE = (action: string, tag: string): string[] => [action, tag]

/**
 * The IAM actions that allow an operation, where they are not simply its name
 * (Service Authorization Reference, one page per service).
 */
const ACTIONS: Readonly<Record<string, string[]>> = {
  'S3:HeadBucket': ['s3:ListBucket'],
  'S3:CreateBucket': TAGS_AT_CREATE('s3:CreateBucket', 's3:TagResource'),
  'S3:GetPublicAccessBlock': ['s3:GetBucketPublicAccessBlock'],
  'S3:PutPublicAccessBlock': ['s3:PutBucketPublicAccessBlock'],
  'S3:GetBucketEncryption': ['s3:GetEncryptionConfiguration'],
  'S3:PutBucketEncryption': ['s3:PutEncryptionConfiguration'],
  'S3:GetBucketLifecycleConfiguration': ['s3:GetLifecycleConfiguration'],
  'S3:PutBucketLifecycleConfiguration': ['s3:PutLifecycleConfiguration'],
  'S3:DeleteBucketLifecycle': ['s3:PutLifecycleConfiguration'],
  'S3:ListObjectVersions': ['s3:ListBucketVersions'],
  'S3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  'S3:ListObjectsV2': ['s3:ListBucket'],
  'S3:HeadObject': ['s3:GetObject'],
  'S3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  'S3:CreateMultipartUpload': ['s3:PutObject'],
  'S3:UploadPart': ['s3:PutObject'],
  'S3:CompleteMultipartUpload': ['s3:PutObject'],
  'S3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  'CloudFront:CreateDistributionWithTags': TAGS_AT_CREATE(
    'cloudfront:CreateDistribution',
    'cloudfront:TagResource',
  ),
  'Budgets:DescribeBudget': ['budgets:ViewBudget'],
  'Budgets:DescribeBudgets': ['budgets:ViewBudget'],
  'Budgets:DescribeNotificationsForBudget': ['budgets:ViewBudget'],
  'Budgets:DescribeSubscribersForNotification': ['budgets:ViewBudget'],
  'Budgets:CreateBudget': ['budgets:ModifyBudget'],
  'Budgets:UpdateBudget': ['budgets:ModifyBudget'],
  'Budgets:DeleteBudget': ['budgets:ModifyBudget'],
  'Budgets:CreateNotification': ['budgets:ModifyBudget'],
  'Budgets:DeleteNotification': ['budgets:ModifyBudget'],
}

/** API Gateway is authorised by HTTP verb; its tags are resources of their own. */
const apiGatewayAction = (operation: string): string[] => {
  if (operation === 'TagResource') return ['apigateway:PUT']
  if (/^(Delete|Untag)/.test(operation)) return ['apigateway:DELETE']
  if (operation.startsWith('Update')) return ['apigateway:PATCH']
  return operation.startsWith('Create') ? ['apigateway:POST'] : ['apigateway:GET']
}

/** The IAM actions behind one call, `S3:HeadBucket`. */
export const iamActions = (call: string): string[] => {
  const [service = '', operation = ''] = call.split(':')
  if (service === 'ApiGatewayV2') return apiGatewayAction(operation)
  return ACTIONS[call] ?? [`${PREFIX[service] ?? service.toLowerCase()}:${operation}`]
}
