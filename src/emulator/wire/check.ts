import { AwsError } from '../service.ts'
import type { RawShape, Shape, TextCodec } from './codecs.ts'

/** Throws what AWS answers when the input is not what the model says. `path`: `containerDefinitions[0].image`. */
export type Refuse = (path: string, fact: string) => never

export const refuseWith =
  (code: string): Refuse =>
  (path, fact) => {
    throw new AwsError(code, path === '' ? fact : `${fact}: ${path}`)
  }

/** What `read` gives; a codec that cannot read its input refuses it. */
export const decoded = <T>(read: () => T, refuse: Refuse): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof AwsError) throw error
    return refuse('', `Cannot read the input (${error instanceof Error ? error.message : String(error)})`)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Unknown members and wrong types in parsed JSON. Null is absence, as in AWS. */
export const checkJson = (
  shape: Shape,
  value: unknown,
  jsonName: boolean,
  refuse: Refuse,
  path = '',
): void => {
  if (value === null || value === undefined || shape.isDocumentSchema()) return
  if (shape.isStructSchema()) {
    if (!isRecord(value)) refuse(path, 'Expected a structure')
    const members = new Map(
      [...shape.structIterator()].map(([name, member]) => [
        (jsonName ? member.getMergedTraits().jsonName : undefined) ?? name,
        member,
      ]),
    )
    for (const [name, item] of Object.entries(value)) {
      const member = members.get(name)
      if (member) checkJson(member, item, jsonName, refuse, join(path, name))
      else if (name !== '__type') refuse(join(path, name), 'Unknown parameter')
    }
  } else if (shape.isListSchema()) {
    if (!Array.isArray(value)) refuse(path, 'Expected a list')
    for (const [index, item] of value.entries())
      checkJson(shape.getValueSchema(), item, jsonName, refuse, `${path}[${index}]`)
  } else if (shape.isMapSchema()) {
    if (!isRecord(value)) refuse(path, 'Expected a map')
    for (const [key, item] of Object.entries(value))
      checkJson(shape.getValueSchema(), item, jsonName, refuse, join(path, key))
  } else if (!SIMPLE.some(([is, types]) => is(shape) && types.includes(typeof value)))
    refuse(path, `Unexpected ${Array.isArray(value) ? 'list' : typeof value}`)
}

const SIMPLE: [(shape: Shape) => boolean, string[]][] = [
  [shape => shape.isStringSchema() || shape.isBlobSchema(), ['string']],
  [shape => shape.isBooleanSchema(), ['boolean']],
  [shape => shape.isNumericSchema() || shape.isTimestampSchema(), ['number', 'string']],
  [shape => shape.isBigIntegerSchema() || shape.isBigDecimalSchema(), ['number', 'string']],
]

/** Elements the model does not know, in the tree of an XML document. */
export const checkXml = (shape: Shape, tree: unknown, refuse: Refuse, path = ''): void => {
  if (shape.isListSchema()) {
    const value = shape.getValueSchema()
    const flat = shape.getMergedTraits().xmlFlattened !== undefined
    const held = flat || !isRecord(tree) ? tree : tree[value.getMergedTraits().xmlName ?? 'member']
    if (held === undefined) refuseStrangers(tree as object, [], refuse, path)
    else
      for (const [index, item] of [held].flat().entries()) checkXml(value, item, refuse, `${path}[${index}]`)
  } else if (shape.isStructSchema() && isRecord(tree)) {
    const members = new Map(
      [...shape.structIterator()].map(([name, member]) => [member.getMemberTraits().xmlName ?? name, member]),
    )
    refuseStrangers(tree, [...members.keys()], refuse, path)
    for (const [name, member] of members)
      if (tree[name] !== undefined) checkXml(member, tree[name], refuse, join(path, name))
  }
}

const refuseStrangers = (tree: object, known: string[], refuse: Refuse, path: string): void => {
  const stranger = Object.keys(tree).find(name => !known.includes(name) && !/^(xmlns|xsi:|#text)/.test(name))
  if (stranger !== undefined) refuse(join(path, stranger), 'Unknown element')
}

/** A simple value out of a form, a header or a URL, where everything is text; what is no number is not taken for one. */
export const readText = (
  codec: TextCodec,
  shape: Shape,
  value: string,
  path: string,
  refuse: Refuse,
): unknown => {
  if (shape.isBooleanSchema() && !/^(true|false)$/i.test(value)) refuse(path, 'Expected true or false')
  if (shape.isNumericSchema() && (value.trim() === '' || (Number.isNaN(Number(value)) && value !== 'NaN')))
    refuse(path, 'Expected a number')
  return decoded(
    () => codec.read(shape, value),
    (_, fact) => refuse(path, fact),
  )
}

/** Required members that are not there, in decoded input. The model lists a structure's required members first. */
export const checkRequired = (shape: Shape, value: unknown, refuse: Refuse, path = ''): void => {
  if (value === null || value === undefined) return
  if (shape.isStructSchema() && isRecord(value)) {
    const required = requiredCount(shape)
    for (const [index, [name, member]] of [...shape.structIterator()].entries()) {
      if (value[name] !== undefined) checkRequired(member, value[name], refuse, join(path, name))
      else if (index < required && !member.isIdempotencyToken())
        refuse(join(path, name), 'Missing required parameter')
    }
  } else if (shape.isListSchema() && Array.isArray(value)) {
    const item = shape.getValueSchema()
    if (!item.isStructSchema() && !item.isListSchema() && !item.isMapSchema()) return
    for (const [index, held] of value.entries()) checkRequired(item, held, refuse, `${path}[${index}]`)
  } else if (shape.isMapSchema() && isRecord(value))
    for (const [key, held] of Object.entries(value))
      checkRequired(shape.getValueSchema(), held, refuse, join(path, key))
}

const requiredCount = (shape: Shape): number => {
  const raw = shape.getSchema() as RawShape & { readonly 6?: number }
  return raw[6] ?? 0
}
