import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import {
  CloudFrontClient,
  CreateDistributionCommand,
  CreateInvalidationCommand,
  CreateOriginAccessControlCommand,
  type DefaultCacheBehavior,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront'
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Running } from '../../running.ts'

export const OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'
export const DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'

export interface Got {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  text: string
  /** `Miss`, `Hit`, …: what of X-Cache comes before `from cloudfront`. */
  from: string
}

interface Wish {
  behavior?: Partial<DefaultCacheBehavior>
  config?: Partial<DistributionConfig>
  /** The distribution may list the bucket, so that what is missing is 404. */
  lists?: boolean
}

let sites = 0

/** A bucket and a distribution before it, on a running embedded AWS; requests are raw, so that nothing is unpacked. */
export class Site {
  readonly bucket: string
  readonly id: string
  readonly arn: string
  readonly domain: string
  readonly url: string
  readonly #aws: Running
  #references = 0

  private constructor(
    aws: Running,
    bucket: string,
    made: { id: string; arn: string; domain: string },
    url: string,
  ) {
    this.#aws = aws
    this.bucket = bucket
    this.id = made.id
    this.arn = made.arn
    this.domain = made.domain
    this.url = url
  }

  static async open(aws: Running, { behavior = {}, config = {}, lists = false }: Wish = {}): Promise<Site> {
    const bucket = `site-${++sites}`
    const client = aws.client(CloudFrontClient)
    await aws.client(S3Client).send(new CreateBucketCommand({ Bucket: bucket }))
    const control = await client.send(
      new CreateOriginAccessControlCommand({
        OriginAccessControlConfig: {
          Name: bucket,
          SigningProtocol: 'sigv4',
          SigningBehavior: 'always',
          OriginAccessControlOriginType: 's3',
        },
      }),
    )
    const { Distribution } = await client.send(
      new CreateDistributionCommand({
        DistributionConfig: {
          CallerReference: bucket,
          Comment: '',
          Enabled: true,
          DefaultRootObject: 'index.html',
          Origins: {
            Quantity: 1,
            Items: [
              {
                Id: 'site',
                DomainName: `${bucket}.s3.us-east-1.amazonaws.com`,
                OriginAccessControlId: control.OriginAccessControl?.Id,
                S3OriginConfig: { OriginAccessIdentity: '' },
              },
            ],
          },
          DefaultCacheBehavior: {
            TargetOriginId: 'site',
            ViewerProtocolPolicy: 'redirect-to-https',
            CachePolicyId: OPTIMIZED,
            Compress: true,
            ...behavior,
          },
          ...config,
        },
      }),
    )
    const made = {
      id: Distribution?.Id ?? '',
      arn: Distribution?.ARN ?? '',
      domain: Distribution?.DomainName ?? '',
    }
    const told = await (await fetch(`${aws.endpoint}/_storyarch/addresses`)).json()
    const url = (told as { distributions: Record<string, string> }).distributions[made.id] ?? ''
    const site = new Site(aws, bucket, made, url)
    await site.letIn(lists ? ['s3:GetObject', 's3:ListBucket'] : ['s3:GetObject'])
    return site
  }

  /** Lets the distribution in, but for what starts with `denied`. */
  async letIn(actions: string[], denied: string | null = null): Promise<void> {
    const arn = `arn:aws:s3:::${this.bucket}`
    const principal = { Principal: { Service: 'cloudfront.amazonaws.com' } }
    const Statement = [
      {
        Effect: 'Allow',
        ...principal,
        Action: actions,
        Resource: [arn, `${arn}/*`],
        Condition: { StringEquals: { 'AWS:SourceArn': this.arn } },
      },
      ...(denied === null
        ? []
        : [{ Effect: 'Deny', ...principal, Action: 's3:GetObject', Resource: `${arn}/${denied}*` }]),
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await this.#aws.client(S3Client).send(new PutBucketPolicyCommand({ Bucket: this.bucket, Policy }))
  }

  async put(
    Key: string,
    Body: string | Uint8Array,
    more: Partial<PutObjectCommandInput> = {},
  ): Promise<void> {
    await this.#aws
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'text/html', ...more }))
  }

  async invalidate(...paths: string[]) {
    const CallerReference = `${this.id}-${++this.#references}`
    const Paths = { Quantity: paths.length, Items: paths }
    return await this.#aws.client(CloudFrontClient).send(
      new CreateInvalidationCommand({
        DistributionId: this.id,
        InvalidationBatch: { CallerReference, Paths },
      }),
    )
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}${path}`, { method, headers, agent: false }, response => {
        buffer(response).then(body => {
          const [from = ''] = String(response.headers['x-cache']).split(' ')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            text: body.toString(),
            from,
          })
        }, reject)
      })
      asked.on('error', reject).end()
    })
  }
}
