import { ACMClient, DescribeCertificateCommand, RequestCertificateCommand } from '@aws-sdk/client-acm'
import {
  CloudFrontClient,
  CreateDistributionWithTagsCommand,
  CreateFunctionCommand,
  CreateInvalidationCommand,
  CreateOriginAccessControlCommand,
  DeleteDistributionCommand,
  type DistributionConfig,
  GetDistributionCommand,
  GetFunctionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
  PublishFunctionCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront'
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  GetChangeCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand as ListZoneTagsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Running } from '../running.ts'

let aws: Running
beforeAll(async () => {
  aws = await Running.start(1)
})
afterAll(async () => {
  await aws.stop()
  expect(aws.faults).toEqual([])
})

test('the real SDK makes, reads, changes and removes a distribution with its function', async () => {
  // A client of another region: CloudFront has only one.
  const cdn = aws.client(CloudFrontClient, 'eu-west-1')
  const access = await cdn.send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: 'wire',
        SigningProtocol: 'sigv4',
        SigningBehavior: 'always',
        OriginAccessControlOriginType: 's3',
      },
    }),
  )
  const code = Buffer.from('function handler(event) { return event.request } // ü')
  const made = await cdn.send(
    new CreateFunctionCommand({
      Name: 'spa',
      FunctionConfig: { Comment: 'spa & more', Runtime: 'cloudfront-js-2.0' },
      FunctionCode: code,
      Tags: { Items: [{ Key: 'a', Value: '1' }] },
    }),
  )
  await cdn.send(new PublishFunctionCommand({ Name: 'spa', IfMatch: made.ETag }))
  const stored = await cdn.send(new GetFunctionCommand({ Name: 'spa', Stage: 'LIVE' }))
  expect(stored.FunctionCode?.transformToString('utf-8')).toBe(code.toString())
  const config: DistributionConfig = {
    CallerReference: 'wire',
    Comment: 'wire',
    Enabled: true,
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 'site',
          DomainName: 'site.s3.eu-west-1.amazonaws.com',
          OriginAccessControlId: access.OriginAccessControl?.Id,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 'site',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
      FunctionAssociations: {
        Quantity: 1,
        Items: [
          {
            FunctionARN: made.FunctionSummary?.FunctionMetadata?.FunctionARN,
            EventType: 'viewer-request',
          },
        ],
      },
    },
  }
  const created = await cdn.send(
    new CreateDistributionWithTagsCommand({
      DistributionConfigWithTags: {
        DistributionConfig: config,
        Tags: { Items: [{ Key: 'storyarch:stack', Value: 'notes/prod' }] },
      },
    }),
  )
  const { Id, ARN } = created.Distribution ?? {}
  const { Tags } = await cdn.send(new ListTagsForResourceCommand({ Resource: ARN }))
  expect(Tags?.Items).toEqual([{ Key: 'storyarch:stack', Value: 'notes/prod' }])
  const read = await cdn.send(new GetDistributionCommand({ Id }))
  expect(read.Distribution).toEqual(created.Distribution)
  await cdn.send(
    new CreateInvalidationCommand({
      DistributionId: Id,
      InvalidationBatch: { CallerReference: '1', Paths: { Quantity: 1, Items: ['/*'] } },
    }),
  )
  const listed = await cdn.send(new ListDistributionsCommand())
  expect(listed.DistributionList?.Items?.map(item => item.Id)).toEqual([Id])
  const off = await cdn.send(
    new UpdateDistributionCommand({
      Id,
      IfMatch: read.ETag,
      DistributionConfig: { ...config, Enabled: false },
    }),
  )
  const remove = () => cdn.send(new DeleteDistributionCommand({ Id, IfMatch: off.ETag }))
  await expect(remove()).rejects.toMatchObject({
    name: 'DistributionNotDisabled',
    $metadata: { httpStatusCode: 409 },
  })
  aws.advance(600)
  await remove()
  await expect(cdn.send(new GetDistributionCommand({ Id }))).rejects.toMatchObject({
    name: 'NoSuchDistribution',
    $metadata: { httpStatusCode: 404 },
  })
})

test('a certificate is proven through a zone, all over the wire', async () => {
  const dns = aws.client(Route53Client, 'eu-west-1')
  const acm = aws.client(ACMClient)
  const { HostedZone } = await dns.send(
    new CreateHostedZoneCommand({ Name: 'yerson.co', CallerReference: '1' }),
  )
  const ResourceId = HostedZone?.Id?.replace('/hostedzone/', '')
  await dns.send(
    new ChangeTagsForResourceCommand({
      ResourceType: 'hostedzone',
      ResourceId,
      AddTags: [{ Key: 'a', Value: 'b' }],
    }),
  )
  const { ResourceTagSet } = await dns.send(
    new ListZoneTagsCommand({ ResourceType: 'hostedzone', ResourceId }),
  )
  expect(ResourceTagSet?.Tags).toEqual([{ Key: 'a', Value: 'b' }])
  const found = await dns.send(new ListHostedZonesByNameCommand({ DNSName: 'yerson.co', MaxItems: 1 }))
  expect(found.HostedZones?.[0]).toMatchObject({ Id: HostedZone?.Id, Config: { PrivateZone: false } })

  const { CertificateArn } = await acm.send(
    new RequestCertificateCommand({ DomainName: '*.yerson.co', ValidationMethod: 'DNS' }),
  )
  aws.advance(10)
  const describe = async () =>
    (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate
  const record = (await describe())?.DomainValidationOptions?.[0]?.ResourceRecord
  const change = (Value: string | undefined) =>
    dns.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: HostedZone?.Id,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                Name: record?.Name,
                Type: 'CNAME',
                TTL: 300,
                ResourceRecords: [{ Value }],
              },
            },
          ],
        },
      }),
    )
  const { ChangeInfo } = await change(record?.Value)
  expect(ChangeInfo?.Status).toBe('PENDING')
  await expect(change(record?.Value)).rejects.toMatchObject({
    name: 'InvalidChangeBatch',
    message: expect.stringContaining('already exists'),
  })
  aws.advance(61)
  expect((await dns.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).ChangeInfo?.Status).toBe('INSYNC')
  expect(await describe()).toMatchObject({ Status: 'ISSUED' })
  const sets = await dns.send(new ListResourceRecordSetsCommand({ HostedZoneId: HostedZone?.Id }))
  expect(sets.ResourceRecordSets?.map(({ Type }) => Type)).toEqual(['NS', 'SOA', 'CNAME'])
})
