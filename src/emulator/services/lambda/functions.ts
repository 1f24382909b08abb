import { randomUUID } from 'node:crypto'
import { AwsError, type Call } from '../../service.ts'
import { dropTags, putTags, tagFault, tagsOf } from '../../tags.ts'
import { keepCode } from './code.ts'
import { configurationOf } from './configuration.ts'
import {
  arnOf,
  changeableFunction,
  conflict,
  type FunctionRow,
  functionNamed,
  functionsOf,
  invalidParameter,
  type LambdaService,
  lookUpFunction,
} from './functionRow.ts'
import { changedSettings, newSettings } from './settings.ts'

const UPDATE_MS = 2_000

/** Parts of Lambda that are not here; an empty value asks for nothing. */
const refuse = (input: object): void => {
  const unknown = [
    'VpcConfig',
    'Layers',
    'FileSystemConfigs',
    'ImageConfig',
    'CodeSigningConfigArn',
    'CapacityProviderConfig',
    'DurableConfig',
    'TenancyConfig',
    'Publish',
  ].find(name => asks(Reflect.get(input, name)))
  if (unknown !== undefined)
    throw new AwsError('NotImplemented', `The embedded AWS has no ${unknown} of Lambda functions`, {
      status: 501,
    })
}

const asks = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).some(asks) : Boolean(value)

const checkName = (name: string | undefined): string => {
  const plain = name?.split(':function:').at(-1) ?? ''
  if (/^[a-zA-Z0-9-_]{1,64}$/.test(plain)) return plain
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]{1,64}`,
    { status: 400 },
  )
}

const checkedTags = (tags: Record<string, string>, held: Record<string, string> = {}) => {
  const fault = tagFault(tags, held)
  if (fault) throw invalidParameter(fault)
  return tags
}

const change = (call: Call, row: FunctionRow): FunctionRow => {
  const next = {
    ...row,
    modifiedAt: call.now,
    updatedAt: call.now + call.delay(UPDATE_MS),
    revision: randomUUID(),
  }
  functionsOf(call).set(row.name, next)
  return next
}

export const functions = {
  CreateFunction: (input, call) => {
    refuse(input)
    const name = checkName(input.FunctionName)
    if (input.PackageType === 'Image') refuse({ ImageConfig: true })
    if (lookUpFunction(call, name)) throw conflict(`Function already exist: ${name}`)
    const settings = newSettings(call, name, input)
    const tags = checkedTags(input.Tags ?? {})
    const row: FunctionRow = {
      name,
      arn: arnOf(call, name),
      settings,
      code: keepCode(call, input.Code ?? {}),
      architecture: input.Architectures?.[0] ?? 'x86_64',
      revision: randomUUID(),
      modifiedAt: call.now,
      activeAt: call.now + call.delay(3_000),
      updatedAt: call.now + call.delay(3_000),
      goneAt: null,
      statements: [],
      policyRevision: randomUUID(),
      reservedConcurrency: null,
      asyncConfig: null,
    }
    functionsOf(call).set(name, row)
    putTags(call, row.arn, tags)
    return configurationOf(row, call.now)
  },

  GetFunction: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    const tags = tagsOf(call, row.arn)
    return {
      Configuration: configurationOf(row, call.now),
      Code: {
        RepositoryType: 'S3',
        Location: `https://awslambda-${call.region}-tasks.s3.${call.region}.amazonaws.com/snapshots/${call.account}/${row.name}`,
      },
      ...(Object.keys(tags).length > 0 && { Tags: tags }),
      ...(row.reservedConcurrency !== null && {
        Concurrency: { ReservedConcurrentExecutions: row.reservedConcurrency },
      }),
    }
  },

  GetFunctionConfiguration: (input, call) =>
    configurationOf(functionNamed(call, input.FunctionName, input.Qualifier), call.now),

  ListFunctions: (input, call) => {
    const rows = functionsOf(call)
      .values()
      .map(row => lookUpFunction(call, row.name))
      .filter(row => row !== undefined)
      .sort((one, two) => (one.name < two.name ? -1 : 1))
      .filter(row => input.Marker === undefined || row.name > input.Marker)
    const page = rows.slice(0, input.MaxItems ?? 50)
    const last = page.at(-1)
    return {
      Functions: page.map(row => configurationOf(row, call.now)),
      ...(last && page.length < rows.length && { NextMarker: last.name }),
    }
  },

  UpdateFunctionCode: (input, call) => {
    refuse(input)
    const row = changeableFunction(call, input.FunctionName, input.RevisionId)
    const code = keepCode(call, input)
    const next = { ...row, code, architecture: input.Architectures?.[0] ?? row.architecture }
    return configurationOf(input.DryRun ? next : change(call, next), call.now)
  },

  UpdateFunctionConfiguration: (input, call) => {
    refuse(input)
    const row = changeableFunction(call, input.FunctionName, input.RevisionId)
    return configurationOf(
      change(call, { ...row, settings: changedSettings(call, row.settings, input) }),
      call.now,
    )
  },

  DeleteFunction: (input, call) => {
    const row = functionNamed(call, input.FunctionName, input.Qualifier)
    if (row.goneAt !== null)
      throw conflict(
        `The operation cannot be performed at this time. The function is currently in the following state: Deleting`,
      )
    functionsOf(call).set(row.name, { ...row, goneAt: call.now + call.delay(1_000) })
    lookUpFunction(call, row.name)
    return { StatusCode: 204 }
  },

  TagResource: (input, call) => {
    const { arn } = functionNamed(call, input.Resource)
    putTags(call, arn, checkedTags(input.Tags ?? {}, tagsOf(call, arn)))
    return {}
  },

  UntagResource: (input, call) => {
    dropTags(call, functionNamed(call, input.Resource).arn, input.TagKeys ?? [])
    return {}
  },

  ListTags: (input, call) => ({ Tags: tagsOf(call, functionNamed(call, input.Resource).arn) }),
} satisfies LambdaService
