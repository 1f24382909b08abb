import {
  CloudFrontClient,
  CreateFunctionCommand,
  CreateOriginAccessControlCommand,
  PublishFunctionCommand,
} from '@aws-sdk/client-cloudfront'
import type { DistributionProps } from '../../../src/provisioners/distribution.ts'
import type { Aws } from '../../../src/resource.ts'
import type { Sample } from '../contract.ts'

const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'

const accessControl = async (aws: Aws): Promise<string> => {
  const { OriginAccessControl } = await aws.client(CloudFrontClient).send(
    new CreateOriginAccessControlCommand({
      OriginAccessControlConfig: {
        Name: 'for-the-distribution',
        OriginAccessControlOriginType: 's3',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    }),
  )
  return OriginAccessControl?.Id ?? ''
}

const edgeFunction = async (aws: Aws): Promise<string> => {
  const client = aws.client(CloudFrontClient)
  const Name = 'for-the-distribution'
  const { ETag, FunctionSummary } = await client.send(
    new CreateFunctionCommand({
      Name,
      FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
      FunctionCode: new TextEncoder().encode('function handler(event) { return event.request }'),
    }),
  )
  await client.send(new PublishFunctionCommand({ Name, IfMatch: ETag }))
  return FunctionSummary?.FunctionMetadata?.FunctionARN ?? ''
}

const sample = (edge: (aws: Aws) => Promise<string | null>): Sample<DistributionProps> => ({
  async prepare(aws) {
    const [control, viewerRequest] = await Promise.all([accessControl(aws), edge(aws)])
    const config: DistributionProps['config'] = {
      enabled: true,
      aliases: [],
      certificate: null,
      minimumTls: 'TLSv1.2_2021',
      origin: { domain: 'contract-test.s3.us-east-1.amazonaws.com', accessControl: control },
      rootObject: 'index.html',
      viewerProtocol: 'redirect-to-https',
      cachePolicy: CACHING_OPTIMIZED,
      headersPolicy: null,
      viewerRequest,
      errorResponses: [
        { code: 404, answer: 200, path: '/index.html', ttlSeconds: 0 },
        { code: 403, answer: 200, path: '/index.html', ttlSeconds: 10 },
      ],
      priceClass: 'PriceClass_100',
      httpVersion: 'http2and3',
      ipv6: true,
    }
    return {
      name: 'contract-test-sample',
      props: { config },
      variants: {
        config: {
          ...config,
          enabled: false,
          origin: { ...config.origin, domain: 'other.s3.us-east-1.amazonaws.com' },
          rootObject: '',
          viewerProtocol: 'allow-all',
          cachePolicy: CACHING_DISABLED,
          viewerRequest: null,
          errorResponses: [],
          priceClass: 'PriceClass_All',
          httpVersion: 'http2',
          ipv6: false,
        },
      },
    }
  },
  unreached: { 'acm:DescribeCertificate': 'only after CloudFront refused a certificate' },
})

export const distributionSample = sample(edgeFunction)

/** Moto has no functions. */
export const distributionSampleWithoutFunction = sample(async () => null)
