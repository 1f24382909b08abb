import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }

/** A DynamoDB item as plain JSON. Sets and bytes, which storyarch does not write, are null. */
export const plainItem = (item: Readonly<Record<string, AttributeValue>>): Record<string, Plain> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]))

const plain = (value: AttributeValue): Plain => {
  if (value.S !== undefined) return value.S
  if (value.N !== undefined) return Number(value.N)
  if (value.BOOL !== undefined) return value.BOOL
  if (value.L !== undefined) return value.L.map(plain)
  return value.M === undefined ? null : plainItem(value.M)
}
