import type * as SSM from '@aws-sdk/client-ssm'
import { page } from '../page.ts'
import { AwsError, type Call, type Service } from '../service.ts'
import { dropTags, forgetTags, putTags, tagFault, tagList, tagMap, tagsOf } from '../tags.ts'

/** A parameter as kept, with all its values; the first has version 1. Times are epoch milliseconds. */
interface Row {
  name: string
  arn: string
  type: SSM.ParameterType
  description: string | null
  kmsKey: string | null
  tier: SSM.ParameterTier
  dataType: string
  allowedPattern: string | null
  values: { text: string; modifiedAt: number }[]
}

const invalid = (message: string) => new AwsError('ValidationException', message)
const parametersOf = (call: Call) => call.table<Row>('parameters')

const checkName = (name: string | undefined): string => {
  if (name === undefined || !/^[\w./-]{1,1011}$/.test(name))
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    )
  if (name.includes('/') && !name.startsWith('/'))
    throw invalid('Parameter name must be a fully qualified name.')
  if (/^\/?(aws|ssm)/i.test(name))
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`)
  return name
}

/** `name`, `name:3` or an ARN of either. Throws ParameterNotFound, ParameterVersionNotFound. */
const parameterAt = (
  call: Call,
  reference: string | undefined,
): { row: Row; version: number; selector: string } => {
  const plain = reference?.startsWith('arn:') ? reference.split(':parameter').at(-1) : reference
  const [name = '', version] = (plain ?? '').split(':')
  const row = parametersOf(call).get(name) ?? parametersOf(call).get(name.replace(/^\//, ''))
  if (row === undefined) throw new AwsError('ParameterNotFound', '')
  const at = version === undefined ? row.values.length : Number(version)
  if (row.values[at - 1] === undefined)
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${version} of ${row.name}.`,
    )
  return { row, version: at, selector: version === undefined ? '' : `:${version}` }
}

const tell = (row: Row, version: number, selector: string, decrypt: boolean | undefined): SSM.Parameter => {
  const value = row.values[version - 1]
  const text = value?.text ?? ''
  return {
    Name: row.name,
    Type: row.type,
    // Without decryption AWS gives the ciphertext; this one is only opaque.
    Value: row.type === 'SecureString' && !decrypt ? `AQICAHh${Buffer.from(text).toString('base64')}` : text,
    Version: version,
    ...(selector !== '' && { Selector: selector }),
    LastModifiedDate: new Date(value?.modifiedAt ?? 0),
    ARN: row.arn,
    DataType: row.dataType,
  }
}

const metadata = (row: Row): SSM.ParameterMetadata => ({
  Name: row.name,
  ARN: row.arn,
  Type: row.type,
  ...(row.kmsKey !== null && { KeyId: row.kmsKey }),
  LastModifiedDate: new Date(row.values.at(-1)?.modifiedAt ?? 0),
  ...(row.description !== null && { Description: row.description }),
  ...(row.allowedPattern !== null && { AllowedPattern: row.allowedPattern }),
  Version: row.values.length,
  Tier: row.tier,
  Policies: [],
  DataType: row.dataType,
})

/** Throws InvalidFilterKey for a filter that is not here. */
const matches = (call: Call, row: Row, filters: readonly SSM.ParameterStringFilter[]): boolean =>
  filters.every(({ Key = '', Option = 'Equals', Values = [] }) => {
    if (Key.startsWith('tag:')) {
      const value = tagsOf(call, row.arn)[Key.slice(4)]
      return value !== undefined && (Values.length === 0 || Values.includes(value))
    }
    if (Key === 'Path')
      return Values.some(path => {
        const rest = row.name.startsWith(`${path.replace(/\/$/, '')}/`)
          ? row.name.slice(path.replace(/\/$/, '').length + 1)
          : null
        return rest !== null && (Option === 'Recursive' || !rest.includes('/'))
      })
    const text = {
      Name: row.name,
      Type: row.type,
      KeyId: row.kmsKey ?? '',
      Tier: row.tier,
      DataType: row.dataType,
    }[Key]
    if (text === undefined) throw new AwsError('InvalidFilterKey', `The filter key ${Key} is not valid.`)
    const test = {
      Equals: (value: string) => text === value,
      BeginsWith: (value: string) => text.startsWith(value),
      Contains: (value: string) => text.includes(value),
    }[Option]
    if (test === undefined)
      throw new AwsError('InvalidFilterOption', `The filter option ${Option} is not valid.`)
    return Values.some(test)
  })

const checkedTags = (tags: Record<string, string>, held: Record<string, string> = {}) => {
  const fault = tagFault(tags, held)
  if (fault) throw invalid(fault)
  return tags
}

/** Throws InvalidResourceId. */
const tagged = (call: Call, type: string | undefined, id: string | undefined): string => {
  const row = type === 'Parameter' ? parametersOf(call).get(id ?? '') : undefined
  if (row === undefined) throw new AwsError('InvalidResourceId', `The resource ID ${id} is not valid.`)
  return row.arn
}

const checkValue = (row: Omit<Row, 'values' | 'arn'>, text: string): string => {
  if (text === '')
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    )
  const [most, tier] = row.tier === 'Advanced' ? [8192, 'Advanced'] : [4096, 'Standard']
  if (Buffer.byteLength(text) > most)
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${most} characters.`)
  if (row.allowedPattern !== null && !new RegExp(`^(?:${row.allowedPattern})$`).test(text))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${row.allowedPattern}`,
    )
  return text
}

/** Parameter Store and nothing else of Systems Manager. */
export const ssm: Service<typeof SSM> = {
  PutParameter: (input, call) => {
    const name = checkName(input.Name)
    const held = parametersOf(call).get(name)
    if (input.Tags?.length && input.Overwrite)
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      )
    if (held && !input.Overwrite)
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      )
    const type = input.Type ?? held?.type
    if (type === undefined) throw invalid('A parameter type is required when you create a parameter.')
    if (held && type !== held.type)
      throw new AwsError(
        'HierarchyTypeMismatchException',
        `Parameter ${name} cannot change its type from ${held.type} to ${type}`,
      )
    const tags = checkedTags(tagMap(input.Tags))
    const row = {
      name,
      arn: `arn:aws:ssm:${call.region}:${call.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
      type,
      description: input.Description ?? held?.description ?? null,
      kmsKey: type === 'SecureString' ? (input.KeyId ?? held?.kmsKey ?? 'alias/aws/ssm') : null,
      tier: input.Tier ?? held?.tier ?? ('Standard' as const),
      dataType: input.DataType ?? held?.dataType ?? 'text',
      allowedPattern: input.AllowedPattern ?? held?.allowedPattern ?? null,
    }
    const values = [
      ...(held?.values ?? []),
      { text: checkValue(row, input.Value ?? ''), modifiedAt: call.now },
    ]
    parametersOf(call).set(name, { ...row, values })
    if (held === undefined) putTags(call, row.arn, tags)
    return { Version: values.length, Tier: row.tier }
  },

  GetParameter: (input, call) => {
    const { row, version, selector } = parameterAt(call, input.Name)
    return { Parameter: tell(row, version, selector, input.WithDecryption) }
  },

  GetParameters: (input, call) => {
    const asked = (input.Names ?? []).map(name => {
      try {
        return { name, found: parameterAt(call, name) }
      } catch (fault) {
        if (fault instanceof AwsError) return { name, found: null }
        throw fault
      }
    })
    return {
      Parameters: asked.flatMap(({ found }) =>
        found ? [tell(found.row, found.version, found.selector, input.WithDecryption)] : [],
      ),
      InvalidParameters: asked.flatMap(({ name, found }) => (found ? [] : [name])),
    }
  },

  GetParametersByPath: (input, call) => {
    const filter = {
      Key: 'Path',
      Option: input.Recursive ? 'Recursive' : 'OneLevel',
      Values: [input.Path ?? '/'],
    }
    const rows = parametersOf(call).values()
    const found = rows.filter(row => matches(call, row, [filter, ...(input.ParameterFilters ?? [])]))
    const { items, next } = page(found, ({ name }) => name, {
      token: input.NextToken,
      size: input.MaxResults ?? 10,
    })
    return {
      Parameters: items.map(row => tell(row, row.values.length, '', input.WithDecryption)),
      NextToken: next,
    }
  },

  DescribeParameters: (input, call) => {
    const rows = parametersOf(call).values()
    const found = rows.filter(row => matches(call, row, input.ParameterFilters ?? []))
    const { items, next } = page(found, ({ name }) => name, {
      token: input.NextToken,
      size: input.MaxResults ?? 50,
    })
    return { Parameters: items.map(metadata), NextToken: next }
  },

  DeleteParameter: (input, call) => {
    const { row } = parameterAt(call, input.Name)
    parametersOf(call).delete(row.name)
    forgetTags(call, row.arn)
    return {}
  },

  DeleteParameters: (input, call) => {
    const names = input.Names ?? []
    const there = names.filter(name => parametersOf(call).has(name))
    for (const name of there) {
      const { row } = parameterAt(call, name)
      parametersOf(call).delete(name)
      forgetTags(call, row.arn)
    }
    return { DeletedParameters: there, InvalidParameters: names.filter(name => !there.includes(name)) }
  },

  AddTagsToResource: (input, call) => {
    const arn = tagged(call, input.ResourceType, input.ResourceId)
    putTags(call, arn, checkedTags(tagMap(input.Tags), tagsOf(call, arn)))
    return {}
  },

  RemoveTagsFromResource: (input, call) => {
    dropTags(call, tagged(call, input.ResourceType, input.ResourceId), input.TagKeys ?? [])
    return {}
  },

  ListTagsForResource: (input, call) => ({
    TagList: tagList(tagsOf(call, tagged(call, input.ResourceType, input.ResourceId))),
  }),
}
