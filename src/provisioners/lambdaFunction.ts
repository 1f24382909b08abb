import {
  AddPermissionCommand,
  type AddPermissionRequest,
  type Architecture,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { lambdaZip } from '../artifacts/lambdaBundle.ts'
import { isAwsError } from '../awsError.ts'
import { NotYet } from '../errors.ts'
import type { Aws, Live, Outputs, Provisioner, Tags } from '../resource.ts'
import { absentIf } from './kit/absentIf.ts'
import { nameInArn } from './kit/arn.ts'
import {
  configurationFor,
  configurationIn,
  type FunctionConfigurationProps,
  healthOf,
} from './kit/functionConfiguration.ts'
import { type InvokePermissions, permissionsIn } from './kit/invokePermissions.ts'
import { prices } from './kit/prices.ts'
import { putAndDrop } from './kit/tags.ts'

/** name: the function's. */
export interface LambdaFunctionProps {
  configuration: FunctionConfigurationProps
  /** `sha256`: base64 of the zip's SHA-256 (Lambda's CodeSha256); the zip is found by it among the built bundles. */
  code: { sha256: string; architecture: 'arm64' | 'x86_64' }
  permissions: InvokePermissions
  asyncRetries: { attempts: number; maxAgeSeconds: number }
}

export interface LambdaFunctionOut extends Outputs {
  arn: string
  name: string
}

type FunctionLive = Live<LambdaFunctionProps, LambdaFunctionOut>

const GONE = 'ResourceNotFoundException'

/** What Lambda does when nobody says. Source: Lambda guide, "Asynchronous invocation". */
const DEFAULT_RETRIES = { attempts: 2, maxAgeSeconds: 6 * 3600 }

const lambdaOf = (aws: Aws): LambdaClient => aws.client(LambdaClient)

/** Lambda takes one change of a function at a time. */
const settled = (live: FunctionLive): string => {
  if (live.health === 'pending') throw new NotYet(`function ${live.out.name} is still being updated`)
  return live.out.name
}

/**
 * A new function may not be known everywhere. A statement that is there already was added by a request whose answer got
 * lost, or is not ours: the next look tells.
 */
const addPermission = async (aws: Aws, input: AddPermissionRequest): Promise<void> => {
  try {
    await lambdaOf(aws).send(new AddPermissionCommand(input))
  } catch (error) {
    if (isAwsError(error, GONE))
      throw new NotYet(`function ${input.FunctionName} is not known everywhere yet`, { cause: error })
    if (isAwsError(error, 'ResourceConflictException') && /already exists/i.test((error as Error).message))
      throw new NotYet(`statement ${input.StatementId} is there already`, { cause: error })
    throw error
  }
}

/** The `ListTags` permission is what makes GetFunction show the tags. */
const READS = [
  'lambda:GetFunction',
  'lambda:ListTags',
  'lambda:GetPolicy',
  'lambda:GetFunctionEventInvokeConfig',
]

/** GetFunction succeeds even when it could not get the tags; without them a function of ours would read as a stranger's. */
const tagsIn = ({ Tags = {}, TagsError, $metadata }: GetFunctionCommandOutput): Tags => {
  if (TagsError === undefined) return Tags
  const { ErrorCode = '', Message = '' } = TagsError
  throw Object.assign(new Error(Message), { name: ErrorCode, $metadata })
}

export const lambdaFunction: Provisioner<LambdaFunctionProps, LambdaFunctionOut> = {
  kind: 'lambdaFunction',
  naming: { max: 64, allow: /^[A-Za-z0-9_-]+$/ },
  permissions: {
    read: READS,
    write: [
      'lambda:CreateFunction',
      'lambda:UpdateFunctionConfiguration',
      'lambda:UpdateFunctionCode',
      'lambda:AddPermission',
      'lambda:RemovePermission',
      'lambda:PutFunctionEventInvokeConfig',
      'lambda:TagResource',
      'lambda:UntagResource',
      'iam:PassRole',
    ],
    remove: ['lambda:DeleteFunction'],
  },
  settles: { usuallySeconds: 5, atMostSeconds: 300 },
  removeAfter: ['alarm', 'eventRule', 'httpApi'],
  hunt: { arn: arn => nameInArn('lambda', 'function:')(arn)?.replace(/:.*/, '') },

  async read(aws, name) {
    const lambda = lambdaOf(aws)
    const FunctionName = name
    const [answer, policy, retries] = await Promise.all([
      absentIf(lambda.send(new GetFunctionCommand({ FunctionName })), GONE),
      absentIf(lambda.send(new GetPolicyCommand({ FunctionName })), GONE),
      absentIf(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })), GONE),
    ])
    const found = answer?.Configuration
    if (!found) return undefined
    const tags = tagsIn(answer)
    return {
      props: {
        configuration: configurationIn(name, found),
        code: { sha256: found.CodeSha256 ?? '', architecture: found.Architectures?.[0] ?? 'x86_64' },
        permissions: permissionsIn(policy?.Policy),
        asyncRetries: {
          attempts: retries?.MaximumRetryAttempts ?? DEFAULT_RETRIES.attempts,
          maxAgeSeconds: retries?.MaximumEventAgeInSeconds ?? DEFAULT_RETRIES.maxAgeSeconds,
        },
      },
      out: { arn: found.FunctionArn ?? '', name },
      tags,
      health: healthOf(found),
    }
  },

  create: async (aws, name, want, tags) =>
    lambdaOf(aws).send(
      new CreateFunctionCommand({
        FunctionName: name,
        ...configurationFor(want.configuration),
        Architectures: [want.code.architecture],
        Code: { ZipFile: await lambdaZip(want.code.sha256) },
        Tags: tags,
      }),
    ),

  change: {
    configuration: async (aws, live, want) =>
      lambdaOf(aws).send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: settled(live),
          ...configurationFor(want.configuration),
        }),
      ),

    code: async (aws, live, want) =>
      lambdaOf(aws).send(
        new UpdateFunctionCodeCommand({
          FunctionName: settled(live),
          ZipFile: await lambdaZip(want.code.sha256),
          Architectures: [want.code.architecture as Architecture],
        }),
      ),

    /** One after another: Lambda loses statements that are added at the same time. */
    async permissions(aws, live, want) {
      const lambda = lambdaOf(aws)
      const FunctionName = live.out.name
      const before = live.props.permissions
      const isKept = ([sid, { principal, source }]: [string, InvokePermissions[string]]) =>
        before[sid]?.principal === principal && before[sid].source === source
      const kept = new Set(
        Object.entries(want.permissions)
          .filter(isKept)
          .map(([sid]) => sid),
      )
      for (const StatementId of Object.keys(before))
        if (!kept.has(StatementId))
          await absentIf(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })), GONE)
      for (const [StatementId, { principal, source }] of Object.entries(want.permissions))
        if (!kept.has(StatementId))
          await addPermission(aws, {
            FunctionName,
            StatementId,
            Action: 'lambda:InvokeFunction',
            Principal: principal,
            SourceArn: source,
          })
    },

    asyncRetries: (aws, live, want) =>
      lambdaOf(aws).send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: live.out.name,
          MaximumRetryAttempts: want.asyncRetries.attempts,
          MaximumEventAgeInSeconds: want.asyncRetries.maxAgeSeconds,
        }),
      ),
  },

  retag(aws, live, put, drop) {
    const lambda = lambdaOf(aws)
    const Resource = live.out.arn
    return putAndDrop(
      put,
      drop,
      Tags => lambda.send(new TagResourceCommand({ Resource, Tags })),
      TagKeys => lambda.send(new UntagResourceCommand({ Resource, TagKeys })),
    )
  },

  remove: (aws, live) =>
    absentIf(lambdaOf(aws).send(new DeleteFunctionCommand({ FunctionName: live.out.name })), GONE),

  price: () => [{ item: 'function requests', unit: 'million requests', usd: prices.lambdaMillionRequests }],
}
