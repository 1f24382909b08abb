import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb'
import { AwsError } from '../../service.ts'
import { invalid } from './invalid.ts'
import type { IndexRow, KeyNames, KeyType } from './table.ts'

type SentIndex = {
  IndexName: string | undefined
  KeySchema: KeySchemaElement[] | undefined
  Projection: Projection | undefined
}

const wrong = (what: string) => invalid(`One or more parameter values were invalid: ${what}`)

export const checkTableName = (name: string | undefined): string => {
  const says = (rule: string) =>
    invalid(
      `1 validation error detected: Value '${name ?? ''}' at 'tableName' failed to satisfy constraint: Member must ${rule}`,
    )
  if (name === undefined || name.length < 3) throw says('have length greater than or equal to 3')
  if (name.length > 255) throw says('have length less than or equal to 255')
  if (!/^[a-zA-Z0-9_.-]+$/.test(name)) throw says('satisfy regular expression pattern: [a-zA-Z0-9_.-]+')
  return name
}

const keyNames = (schema: readonly KeySchemaElement[]): KeyNames => {
  const [hash, range, ...more] = schema
  if (hash?.AttributeName === undefined || hash.KeyType !== 'HASH')
    throw invalid(
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type. Actual Key Type is RANGE',
    )
  if (more.length > 0 || (range && range.KeyType !== 'RANGE'))
    throw invalid('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type')
  if (range?.AttributeName === hash.AttributeName)
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name')
  return { hash: hash.AttributeName, range: range?.AttributeName ?? null }
}

const keyTypes = (definitions: readonly AttributeDefinition[]): Record<string, KeyType> =>
  Object.fromEntries(
    definitions.map(({ AttributeName = '', AttributeType = '' }) => {
      if (!['S', 'N', 'B'].includes(AttributeType))
        throw invalid(
          `1 validation error detected: Value '${AttributeType}' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]`,
        )
      return [AttributeName, AttributeType as KeyType]
    }),
  )

const indexFrom = (sent: SentIndex, global: boolean, readyAt: number): IndexRow => {
  if (sent.IndexName === undefined || sent.IndexName.length < 3)
    throw invalid('IndexName must have length greater than or equal to 3')
  const type = sent.Projection?.ProjectionType
  if (type === undefined) throw wrong('Unknown ProjectionType: null')
  const attributes = sent.Projection?.NonKeyAttributes ?? []
  if ((type === 'INCLUDE') !== attributes.length > 0)
    throw wrong(`ProjectionType is ${type}, ${type === 'INCLUDE' ? 'but' : 'and'} NonKeyAttributes is wrong`)
  return {
    name: sent.IndexName,
    global,
    keys: keyNames(sent.KeySchema ?? []),
    projection: { type, attributes },
    readyAt,
  }
}

/** AttributeDefinitions may name the keys of the table and its indexes, and nothing else. */
const checkAttributes = (attributes: Record<string, KeyType>, keys: readonly KeyNames[]): void => {
  const needed = new Set(keys.flatMap(({ hash, range }) => (range === null ? [hash] : [hash, range])))
  const defined = Object.keys(attributes)
  const missing = [...needed].filter(name => !defined.includes(name))
  if (missing.length > 0)
    throw wrong(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    )
  if (defined.length > needed.size)
    throw wrong(
      keys.length > 1
        ? `Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...needed].join(', ')}]`
        : 'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    )
}

/** Keys, attributes and indexes of a new table. Throws ValidationException in AWS's words. */
export const definitionOf = (input: CreateTableCommandInput, readyAt: number) => {
  const keys = keyNames(input.KeySchema ?? [])
  const attributes = keyTypes(input.AttributeDefinitions ?? [])
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map(sent => indexFrom(sent, false, readyAt)),
    ...(input.GlobalSecondaryIndexes ?? []).map(sent => indexFrom(sent, true, readyAt)),
  ]
  if (indexes.some(index => !index.global && (index.keys.hash !== keys.hash || index.keys.range === null)))
    throw wrong('Index KeySchema does not have the hash key of the table and a range key')
  checkAttributes(attributes, [keys, ...indexes.map(index => index.keys)])
  return { keys, attributes, indexes }
}

/** The indexes after an UpdateTable; AWS makes or removes one at a time. */
export const changedIndexes = (
  row: { keys: KeyNames; attributes: Record<string, KeyType>; indexes: IndexRow[] },
  input: UpdateTableCommandInput,
  readyAt: number,
): { indexes: IndexRow[]; attributes: Record<string, KeyType> } => {
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  if (updates.length > 1)
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    )
  const [update] = updates
  if (update?.Delete) {
    const name = update.Delete.IndexName
    if (!row.indexes.some(index => index.global && index.name === name))
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Index: ${name} not found`,
      )
    const indexes = row.indexes.filter(index => index.name !== name)
    const used = [row.keys, ...indexes.map(index => index.keys)].flatMap(({ hash, range }) => [hash, range])
    const attributes = Object.entries(row.attributes).filter(([attribute]) => used.includes(attribute))
    return { indexes, attributes: Object.fromEntries(attributes) }
  }
  if (!update?.Create) return { indexes: row.indexes, attributes: row.attributes }
  const made = indexFrom(update.Create, true, readyAt)
  if (row.indexes.some(index => index.name === made.name))
    throw invalid(`Attempting to create an index which already exists: ${made.name}`)
  const indexes = [...row.indexes, made]
  const attributes = { ...row.attributes, ...keyTypes(input.AttributeDefinitions ?? []) }
  checkAttributes(attributes, [row.keys, ...indexes.map(index => index.keys)])
  return { indexes, attributes }
}

/** Capacity must be told exactly when it is provisioned. */
export const throughputOf = (
  billing: 'PAY_PER_REQUEST' | 'PROVISIONED',
  sent: CreateTableCommandInput['ProvisionedThroughput'],
): { read: number; write: number } => {
  if (billing === 'PAY_PER_REQUEST') {
    if (sent)
      throw wrong(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      )
    return { read: 0, write: 0 }
  }
  if (!sent?.ReadCapacityUnits || !sent.WriteCapacityUnits)
    throw wrong(
      'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
    )
  return { read: sent.ReadCapacityUnits, write: sent.WriteCapacityUnits }
}
