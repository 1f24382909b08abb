import type * as CloudFront from '@aws-sdk/client-cloudfront'
import { AwsError, type Call, type Service } from '../../service.ts'
import { forgetTags, putTags } from '../../tags.ts'
import { listed } from './quantities.ts'
import { usersOf, usesFunction } from './references.ts'
import {
  checkMatch,
  type EdgeFunction,
  type FunctionStage,
  freshId,
  functionArn,
  functions,
  inUse,
  invalidArgument,
  notThere,
  page,
} from './state.ts'
import { checkedTags } from './tagging.ts'

const LARGEST = 10 * 1024

/** Functions are written in DEVELOPMENT and stand at the edge only once published to LIVE. */
export const functionOperations = {
  CreateFunction: (input, call) => {
    const name = input.Name ?? ''
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) throw invalidArgument('The function name is not valid.')
    if (functions(call).has(name))
      throw inUse(
        'FunctionAlreadyExists',
        'A function with the same name already exists in this AWS account.',
      )
    const tags = checkedTags(input.Tags)
    const development = stage(input.FunctionConfig, input.FunctionCode, call)
    const row: EdgeFunction = { name, createdAt: call.now, development, live: null }
    functions(call).set(name, row)
    putTags(call, functionArn(call, name), tags)
    return {
      ETag: development.etag,
      Location: `https://cloudfront.amazonaws.com/2020-05-31/function/${functionArn(call, name)}`,
      FunctionSummary: summary(row, 'DEVELOPMENT', call),
    }
  },

  UpdateFunction: (input, call) => {
    const row = functionAt(input.Name, call)
    checkMatch(input.IfMatch, row.development.etag)
    const development = stage(input.FunctionConfig, input.FunctionCode, call)
    const updated = { ...row, development }
    functions(call).set(row.name, updated)
    return { ETag: development.etag, FunctionSummary: summary(updated, 'DEVELOPMENT', call) }
  },

  PublishFunction: (input, call) => {
    const row = functionAt(input.Name, call)
    checkMatch(input.IfMatch, row.development.etag)
    const published = { ...row, live: { ...row.development, etag: freshId(), modifiedAt: call.now } }
    functions(call).set(row.name, published)
    return { FunctionSummary: summary(published, 'LIVE', call) }
  },

  DescribeFunction: (input, call) => {
    const row = functionAt(input.Name, call)
    const { etag } = stageOf(row, input.Stage)
    return { ETag: etag, FunctionSummary: summary(row, input.Stage ?? 'DEVELOPMENT', call) }
  },

  GetFunction: (input, call) => {
    const { etag, code } = stageOf(functionAt(input.Name, call), input.Stage)
    return {
      ETag: etag,
      ContentType: 'application/octet-stream',
      // The SDK's type adds a helper to the bytes; a server only has the bytes.
      FunctionCode: Buffer.from(
        code,
        'base64',
      ) as unknown as CloudFront.GetFunctionCommandOutput['FunctionCode'],
    }
  },

  DeleteFunction: (input, call) => {
    const row = functionAt(input.Name, call)
    checkMatch(input.IfMatch, row.development.etag)
    if (usersOf(call, usesFunction(functionArn(call, row.name))).length > 0)
      throw inUse(
        'FunctionInUse',
        'Cannot delete the function because it is associated with one or more cache behaviors.',
      )
    functions(call).delete(row.name)
    forgetTags(call, functionArn(call, row.name))
    return {}
  },

  ListFunctions: (input, call) => {
    const stageName = input.Stage ?? 'DEVELOPMENT'
    const all = functions(call)
      .values()
      .filter(row => stageName === 'DEVELOPMENT' || row.live !== null)
    const { items, max, next } = page(all, ({ name }) => name, input)
    return {
      FunctionList: {
        NextMarker: next,
        MaxItems: max,
        ...listed(items.map(row => summary(row, stageName, call))),
      },
    }
  },
} satisfies Service<typeof CloudFront>

const functionAt = (name: string | undefined, call: Call): EdgeFunction => {
  const row = functions(call).get(name ?? '')
  if (!row) throw notThere('NoSuchFunctionExists', 'function')
  return row
}

const stageOf = (row: EdgeFunction, name: string | undefined): FunctionStage => {
  const found = name === 'LIVE' ? row.live : row.development
  if (!found) throw notThere('NoSuchFunctionExists', 'function')
  return found
}

const stage = (
  config: CloudFront.FunctionConfig | undefined,
  code: Uint8Array | undefined,
  call: Call,
): FunctionStage => {
  if (!config || !code) throw invalidArgument('A function needs FunctionConfig and FunctionCode.')
  if (config.Runtime !== 'cloudfront-js-1.0' && config.Runtime !== 'cloudfront-js-2.0')
    throw invalidArgument('The parameter Runtime is not valid.')
  if (code.length > LARGEST)
    throw new AwsError(
      'FunctionSizeLimitExceeded',
      'The function code is larger than the maximum allowed size of 10 KB.',
      { status: 413 },
    )
  return { etag: freshId(), code: Buffer.from(code).toString('base64'), config, modifiedAt: call.now }
}

const summary = (
  row: EdgeFunction,
  stageName: CloudFront.FunctionStage,
  call: Call,
): CloudFront.FunctionSummary => {
  const arn = functionArn(call, row.name)
  const { config, modifiedAt } = stageOf(row, stageName)
  return {
    Name: row.name,
    Status:
      row.live === null
        ? 'UNPUBLISHED'
        : usersOf(call, usesFunction(arn)).length > 0
          ? 'DEPLOYED'
          : 'UNASSOCIATED',
    FunctionConfig: config,
    FunctionMetadata: {
      FunctionARN: arn,
      Stage: stageName,
      CreatedTime: new Date(row.createdAt),
      LastModifiedTime: new Date(modifiedAt),
    },
  }
}
