import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CloudFrontClient,
  CreateDistributionCommand,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront'
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { SiteRecipe } from '../../../src/artifacts/site/recipe.ts'
import { siteSource } from '../../../src/artifacts/site/siteSource.ts'
import type { BucketContentsProps } from '../../../src/provisioners/bucketContents.ts'
import type { Aws } from '../../../src/resource.ts'
import type { Sample } from '../contract.ts'

const NAME = 'contract-test-contents'

/** A distribution with as little to it as CloudFront takes. */
export const bareDistribution = async (aws: Aws, bucket: string): Promise<string> => {
  const config: DistributionConfig = {
    CallerReference: bucket,
    Comment: bucket,
    Enabled: true,
    DefaultRootObject: 'index.html',
    Origins: {
      Quantity: 1,
      Items: [
        {
          Id: 's3',
          DomainName: `${bucket}.s3.us-east-1.amazonaws.com`,
          S3OriginConfig: { OriginAccessIdentity: '' },
        },
      ],
    },
    DefaultCacheBehavior: {
      TargetOriginId: 's3',
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    },
  }
  const { Distribution } = await aws
    .client(CloudFrontClient)
    .send(new CreateDistributionCommand({ DistributionConfig: config }))
  return Distribution?.Id ?? ''
}

const site = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'storyarch-test-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Notes</title>')
  await writeFile(join(folder, 'assets/app-QX5VNC2K.js'), 'export {}')
  await writeFile(join(folder, 'robots.txt'), 'User-agent: *')
  await writeFile(join(folder, 'storyarch-module.js.txt'), 'export const wake = () => {}')
  return folder
}

export const bucketContentsSample: Sample<BucketContentsProps> = {
  async prepare(aws) {
    const folder = await site()
    await aws.client(S3Client).send(new CreateBucketCommand({ Bucket: NAME }))
    const tags = {
      'storyarch:stack': 'contract/test',
      'storyarch:resource': 'bucket/sample',
      'storyarch:managed': 'owned',
    }
    const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    await aws.client(S3Client).send(new PutBucketTaggingCommand({ Bucket: NAME, Tagging: { TagSet } }))
    const recipe: SiteRecipe = {
      from: 'sources',
      folder,
      build: null,
      workFolder: join(folder, '.storyarch'),
      revision: '0123456789abcdef0123456789abcdef01234567',
      cache: [{ glob: 'assets/**', header: 'public, max-age=31536000, immutable' }],
      keepSeconds: 86_400,
      distribution: await bareDistribution(aws, NAME),
      module: join(folder, 'storyarch-module.js.txt'),
      known: null,
      nowMs: Date.now(),
    }
    const source = await siteSource(recipe)
    const config = {
      apiUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com',
      startUrl: 'https://abc123.execute-api.us-east-1.amazonaws.com/prod/start',
    }
    return {
      name: NAME,
      props: { content: { source, config, damaged: [] } },
      variants: { content: { source, config: { apiUrl: null, startUrl: null }, damaged: [] } },
      recipe,
    }
  },
  fill: (aws, Bucket) =>
    aws
      .client(S3Client)
      .send(new PutObjectCommand({ Bucket, Key: `theirs-${randomUUID()}.txt`, Body: 'left alone' })),
  unreached: {
    's3:AbortMultipartUpload': 'only after a large upload failed',
    'cloudfront:CreateInvalidation': 'only when a file changes in place',
  },
}
