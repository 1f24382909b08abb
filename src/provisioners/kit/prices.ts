/**
 * On-demand list prices in USD for us-east-1, before tax and before free tiers that end after a year. An estimate, as of
 * 2026-09: the services' pricing pages (Fargate, VPC public IPv4, Lambda, DynamoDB, CloudWatch, ECR, SNS,
 * S3, CloudFront, API Gateway).
 */
export const prices = {
  fargateVcpuHour: { ARM64: 0.03238, X86_64: 0.04048 },
  fargateGbHour: { ARM64: 0.00356, X86_64: 0.004445 },
  publicIpv4Hour: 0.005,
  lambdaMillionRequests: 0.2,
  dynamoMillionWrites: 0.625,
  dynamoMillionReads: 0.125,
  dynamoGbMonth: 0.25,
  logsGbIngested: 0.5,
  logsGbMonth: 0.03,
  alarmMonth: 0.1,
  /** With a period under a minute. */
  quickAlarmMonth: 0.3,
  /** Prorated by the hour in which the metric reports. */
  customMetricHour: 0.3 / 730,
  ecrGbMonth: 0.1,
  snsMillionPublishes: 0.5,
  s3GbMonth: 0.023,
  s3MillionWrites: 5,
  s3MillionReads: 0.4,
  /** Beyond the 1 TB, 10 million requests and 2 million function calls that are free every month. */
  cloudfrontGb: 0.085,
  cloudfrontMillionRequests: 1,
  cloudfrontMillionFunctionCalls: 0.1,
  httpApiMillionRequests: 1,
} as const
