import { beforeEach, describe, expect, test } from 'vitest'
import { acm } from '../../../../src/emulator/services/acm.ts'
import { apigateway } from '../../../../src/emulator/services/apigateway.ts'
import { cloudfront } from '../../../../src/emulator/services/cloudfront.ts'
import { route53 } from '../../../../src/emulator/services/route53.ts'
import { type Asked, World } from '../../call.ts'

let world: World
let ask: Asked<typeof acm>

beforeEach(() => {
  world = new World()
  ask = world.ask(acm, 'acm')
})

const request = async (part: object = {}): Promise<string> =>
  (await ask.RequestCertificate({ DomainName: 'yerson.co', ValidationMethod: 'DNS', ...part }))
    .CertificateArn ?? ''

const describeOne = async (CertificateArn: string) =>
  (await ask.DescribeCertificate({ CertificateArn })).Certificate

/** Makes the CNAMEs a certificate asks for. */
const validate = async (arn: string): Promise<void> => {
  const dns = world.ask(route53, 'route53')
  const { HostedZone } = await dns.CreateHostedZone({ Name: 'yerson.co', CallerReference: 'zone' })
  const options = (await describeOne(arn))?.DomainValidationOptions ?? []
  await dns.ChangeResourceRecordSets({
    HostedZoneId: HostedZone?.Id,
    ChangeBatch: {
      Changes: options.map(({ ResourceRecord }) => ({
        Action: 'UPSERT',
        ResourceRecordSet: {
          Name: ResourceRecord?.Name,
          Type: 'CNAME',
          TTL: 300,
          ResourceRecords: [{ Value: ResourceRecord?.Value }],
        },
      })),
    },
  })
}

describe('a certificate', () => {
  test('asks for its records after a moment; an apex and its wildcard share one', async () => {
    const arn = await request({ SubjectAlternativeNames: ['*.yerson.co', 'yerson.co'] })
    expect((await describeOne(arn))?.DomainValidationOptions?.[0]?.ResourceRecord).toBeUndefined()
    world.advance(10)
    const options = (await describeOne(arn))?.DomainValidationOptions ?? []
    expect(options.map(({ DomainName }) => DomainName)).toEqual(['yerson.co', '*.yerson.co'])
    expect(options[0]?.ResourceRecord).toEqual(options[1]?.ResourceRecord)
  })

  test('is issued a minute after its CNAMEs stand, and stays issued', async () => {
    const arn = await request({ SubjectAlternativeNames: ['www.yerson.co'] })
    world.advance(10)
    await validate(arn)
    expect((await describeOne(arn))?.Status).toBe('PENDING_VALIDATION')
    world.advance(61)
    expect(await describeOne(arn)).toMatchObject({ Status: 'ISSUED', IssuedAt: expect.any(Date) })
  })

  test('without its CNAMEs waits for three days and gives up', async () => {
    const arn = await request()
    world.advance(71 * 3600)
    expect((await describeOne(arn))?.Status).toBe('PENDING_VALIDATION')
    world.advance(2 * 3600)
    expect((await describeOne(arn))?.Status).toBe('VALIDATION_TIMED_OUT')
  })

  test('asked for again with the same token within the hour is the same', async () => {
    const first = await request({ IdempotencyToken: 'one' })
    expect(await request({ IdempotencyToken: 'one' })).toBe(first)
    expect(await request({ IdempotencyToken: 'two' })).not.toBe(first)
    expect(await request({ IdempotencyToken: 'one', DomainName: 'a.yerson.co' })).not.toBe(first)
    world.advance(3601)
    expect(await request({ IdempotencyToken: 'one' })).not.toBe(first)
  })

  test('with another key than RSA is listed only when asked for', async () => {
    const rsa = await request()
    const ec = await request({ KeyAlgorithm: 'EC_prime256v1', DomainName: 'ec.yerson.co' })
    const arns = async (part: object) =>
      (await ask.ListCertificates(part)).CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn)
    expect(await arns({})).toEqual([rsa])
    expect(await arns({ Includes: { keyTypes: ['EC_prime256v1'] } })).toEqual([ec])
    expect(await arns({ CertificateStatuses: ['ISSUED'] })).toEqual([])
  })

  test('in use by a distribution stays', async () => {
    const arn = await request({ SubjectAlternativeNames: ['app.yerson.co'] })
    world.advance(10)
    await validate(arn)
    world.advance(61)
    const cdn = world.ask(cloudfront, 'cloudfront')
    const distribution = (Items: string[]) =>
      cdn.CreateDistribution({
        DistributionConfig: {
          CallerReference: Items.join(),
          Comment: '',
          Enabled: true,
          Aliases: { Quantity: Items.length, Items },
          Origins: {
            Quantity: 1,
            Items: [
              {
                Id: 'site',
                DomainName: 'site.s3.us-east-1.amazonaws.com',
                S3OriginConfig: { OriginAccessIdentity: '' },
              },
            ],
          },
          DefaultCacheBehavior: {
            TargetOriginId: 'site',
            ViewerProtocolPolicy: 'allow-all',
            CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          },
          ViewerCertificate: { ACMCertificateArn: arn, SSLSupportMethod: 'sni-only' },
        },
      })
    await expect(distribution(['other.yerson.co'])).rejects.toMatchObject({
      code: 'InvalidViewerCertificate',
    })
    const { Distribution } = await distribution(['app.yerson.co'])
    expect((await describeOne(arn))?.InUseBy).toEqual([Distribution?.ARN])
    await expect(ask.DeleteCertificate({ CertificateArn: arn })).rejects.toMatchObject({
      code: 'ResourceInUseException',
    })
  })

  test('in use by an API domain stays', async () => {
    const CertificateArn = await request()
    const apis = world.ask(apigateway, 'apigateway')
    await apis.CreateDomainName({
      DomainName: 'yerson.co',
      DomainNameConfigurations: [{ CertificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
    })
    await expect(ask.DeleteCertificate({ CertificateArn })).rejects.toMatchObject({
      code: 'ResourceInUseException',
    })
    await apis.DeleteDomainName({ DomainName: 'yerson.co' })
    await ask.DeleteCertificate({ CertificateArn })
  })

  test('has tags and can go', async () => {
    const CertificateArn = await request({ Tags: [{ Key: 'a', Value: '1' }] })
    await ask.AddTagsToCertificate({ CertificateArn, Tags: [{ Key: 'b', Value: '2' }] })
    await ask.RemoveTagsFromCertificate({
      CertificateArn,
      Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }],
    })
    expect((await ask.ListTagsForCertificate({ CertificateArn })).Tags).toEqual([{ Key: 'a', Value: '1' }])
    await ask.DeleteCertificate({ CertificateArn })
    await expect(ask.DescribeCertificate({ CertificateArn })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    })
  })

  test('of another region is not here', async () => {
    const CertificateArn = await request()
    await expect(
      world.ask(acm, 'acm', 'eu-west-1').DescribeCertificate({ CertificateArn }),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' })
    await expect(ask.DescribeCertificate({ CertificateArn: 'auto' })).rejects.toMatchObject({
      code: 'ValidationException',
    })
  })
})
