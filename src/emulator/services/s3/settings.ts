import type * as S3 from '@aws-sdk/client-s3'
import { AwsError, type Service } from '../../service.ts'
import { tagFault, tagList, tagMap, tagsOf } from '../../tags.ts'
import { defaultEncryption } from './bucketOperations.ts'
import { change } from './change.ts'
import { absent, malformedXml } from './errors.ts'
import { lifecycleShown, normalLifecycle } from './lifecycle.ts'
import { bucketArn, bucketAt, type PublicAccess } from './state.ts'

/** The sub-resources of a bucket. What nobody put is an error by S3's own name for it, never an empty answer. */
export const settingOperations = {
  GetBucketVersioning: (input, call) => ({ Status: bucketAt(input, call).versioning ?? undefined }),

  PutBucketVersioning: (input, call) => {
    const status = input.VersioningConfiguration?.Status
    if (status !== 'Enabled' && status !== 'Suspended')
      throw new AwsError(
        'IllegalVersioningConfigurationException',
        'The Versioning element must be specified',
        { status: 400 },
      )
    return change(input, call, { versioning: status })
  },

  GetBucketTagging: (input, call) => {
    const TagSet = tagList(tagsOf(call, bucketArn(bucketAt(input, call))))
    if (TagSet.length === 0) throw absent('NoSuchTagSet', 'The TagSet does not exist')
    return { TagSet }
  },

  PutBucketTagging: (input, call) => {
    const bucket = bucketAt(input, call)
    const list = input.Tagging?.TagSet ?? []
    const tags = tagMap(list)
    if (Object.keys(tags).length < list.length)
      throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key', { status: 400 })
    const fault = tagFault(tags)
    if (fault !== undefined) throw new AwsError('InvalidTag', fault, { status: 400 })
    call.table('tags').set(bucketArn(bucket), tags)
    return {}
  },

  DeleteBucketTagging: (input, call) => {
    call.table('tags').set(bucketArn(bucketAt(input, call)), {})
    return {}
  },

  GetPublicAccessBlock: (input, call) => {
    const { publicAccess } = bucketAt(input, call)
    if (!publicAccess)
      throw absent(
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
      )
    return { PublicAccessBlockConfiguration: publicAccess }
  },

  PutPublicAccessBlock: (input, call) => {
    const asked = input.PublicAccessBlockConfiguration
    const publicAccess: PublicAccess = {
      BlockPublicAcls: asked?.BlockPublicAcls ?? false,
      IgnorePublicAcls: asked?.IgnorePublicAcls ?? false,
      BlockPublicPolicy: asked?.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: asked?.RestrictPublicBuckets ?? false,
    }
    return change(input, call, { publicAccess })
  },

  DeletePublicAccessBlock: (input, call) => change(input, call, { publicAccess: null }),

  GetBucketOwnershipControls: (input, call) => {
    const { ownership } = bucketAt(input, call)
    if (ownership === null)
      throw absent('OwnershipControlsNotFoundError', 'The bucket ownership controls were not found')
    return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership as S3.ObjectOwnership }] } }
  },

  PutBucketOwnershipControls: (input, call) => {
    const [rule, ...more] = input.OwnershipControls?.Rules ?? []
    const ownership = rule?.ObjectOwnership
    if (more.length > 0 || ownership === undefined || !OWNERSHIPS.includes(ownership)) throw malformedXml()
    return change(input, call, { ownership })
  },

  DeleteBucketOwnershipControls: (input, call) => change(input, call, { ownership: null }),

  GetBucketEncryption: (input, call) => ({
    ServerSideEncryptionConfiguration: { Rules: bucketAt(input, call).encryption },
  }),

  PutBucketEncryption: (input, call) => {
    const [rule, ...more] = input.ServerSideEncryptionConfiguration?.Rules ?? []
    const byDefault = rule?.ApplyServerSideEncryptionByDefault
    if (!rule || more.length > 0 || !byDefault || !ENCRYPTIONS.includes(String(byDefault.SSEAlgorithm)))
      throw malformedXml()
    const [fallback] = defaultEncryption()
    return change(input, call, { encryption: [{ ...fallback, ...rule }] })
  },

  /** There is no bucket without encryption: deleting goes back to the default. */
  DeleteBucketEncryption: (input, call) => change(input, call, { encryption: defaultEncryption() }),

  GetBucketLifecycleConfiguration: (input, call) => {
    const { lifecycle } = bucketAt(input, call)
    if (!lifecycle) throw absent('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist')
    return {
      Rules: lifecycleShown(lifecycle),
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    }
  },

  PutBucketLifecycleConfiguration: (input, call) => {
    change(input, call, { lifecycle: normalLifecycle(input.LifecycleConfiguration?.Rules ?? []) })
    return { TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' }
  },

  DeleteBucketLifecycle: (input, call) => change(input, call, { lifecycle: null }),

  GetBucketCors: (input, call) => {
    const { cors } = bucketAt(input, call)
    if (!cors) throw absent('NoSuchCORSConfiguration', 'The CORS configuration does not exist')
    return { CORSRules: cors }
  },

  PutBucketCors: (input, call) => {
    const cors = input.CORSConfiguration?.CORSRules ?? []
    if (cors.length === 0 || cors.length > 100) throw malformedXml()
    const method = cors.flatMap(rule => rule.AllowedMethods ?? []).find(name => !METHODS.includes(name))
    if (method !== undefined)
      throw new AwsError(
        'InvalidRequest',
        `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
        { status: 400 },
      )
    return change(input, call, { cors })
  },

  DeleteBucketCors: (input, call) => change(input, call, { cors: null }),
} satisfies Service<typeof S3>

const OWNERSHIPS: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']
const ENCRYPTIONS: readonly string[] = ['AES256', 'aws:kms', 'aws:kms:dsse']
const METHODS: readonly string[] = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']
