import { AwsError } from '../service.ts'
import { checkRequired, type Refuse, readText, refuseWith } from './check.ts'
import { type Shape, textCodec, XmlNode, xmlChildren, xmlCodec, xmlName } from './codecs.ts'
import type { Fault } from './fault.ts'
import { faultMembers } from './json.ts'
import type { Members, Protocol } from './protocol.ts'
import type { Model } from './schemas.ts'

/** `A.B.1=x` as a tree; text and children may both be there. */
interface Branch {
  text: string | undefined
  readonly children: Map<string, Branch>
}

const NOT_INPUT = new Set(['Action', 'Version'])

/** awsQuery and ec2Query: a form in, XML out. */
export const query = (model: Model): Protocol => {
  const { facts } = model
  const ec2 = facts.protocol === 'ec2Query'
  const refuse = refuseWith(ec2 ? 'UnknownParameter' : 'ValidationError')
  const missing = refuseWith(ec2 ? 'MissingParameter' : 'ValidationError')
  const read = formReader(ec2, refuse)
  const xml = xmlCodec(facts.xmlns)
  return {
    async read({ input }, request) {
      const form = new URLSearchParams((await request.bytes()).toString('utf8'))
      for (const [name, value] of request.query) if (!form.has(name)) form.append(name, value)
      const tree = grow(form)
      if (input.isUnitSchema()) return {}
      const members = (read(input, tree, '') ?? {}) as Members
      checkRequired(input, members, missing)
      return members
    },
    write({ name, output }, value, requestId) {
      const root = XmlNode.of(`${name}Response`)
      if (facts.xmlns !== null) root.addAttribute('xmlns', facts.xmlns)
      const result = output.isUnitSchema() ? null : xml.write(output, value)
      if (ec2) {
        root.addChildNode(leaf('requestId', requestId))
        for (const child of result ? xmlChildren(result) : []) root.addChildNode(child)
      } else {
        if (result) root.addChildNode(result.withName(`${name}Result`))
        root.addChildNode(new XmlNode('ResponseMetadata', [leaf('RequestId', requestId)]))
      }
      return xmlResponse(200, root, requestId)
    },
    writeFault(fault, requestId) {
      const root = ec2
        ? new XmlNode('Response', [
            new XmlNode('Errors', [errorNode(fault, [])]),
            leaf('RequestID', requestId),
          ])
        : new XmlNode('ErrorResponse', [
            errorNode(fault, fault.shape ? xmlChildren(xml.write(fault.shape, faultMembers(fault))) : []),
            leaf('RequestId', requestId),
          ])
      if (!ec2 && facts.xmlns !== null) root.addAttribute('xmlns', facts.xmlns)
      return xmlResponse(fault.status, root, requestId)
    },
  }
}

export const leaf = (name: string, text: string): XmlNode => XmlNode.of(name, text)

/** `<Error>` with its type, code and message, and the modelled members that are not these. */
export const errorNode = (fault: Fault, members: readonly XmlNode[]): XmlNode =>
  new XmlNode('Error', [
    leaf('Type', fault.sender ? 'Sender' : 'Receiver'),
    leaf('Code', fault.code),
    leaf('Message', fault.message),
    ...members.filter(member => !['message', 'Message', 'Code', 'Type'].includes(xmlName(member))),
  ])

export const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

const xmlResponse = (status: number, root: XmlNode, requestId: string) => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: PROLOG + root.toString(),
})

const grow = (form: URLSearchParams): Branch => {
  const root: Branch = { text: undefined, children: new Map() }
  for (const [name, value] of form) {
    if (NOT_INPUT.has(name) || /^X-Amz-/i.test(name)) continue
    let branch = root
    for (const part of name.split('.')) {
      const next = branch.children.get(part) ?? { text: undefined, children: new Map() }
      branch.children.set(part, next)
      branch = next
    }
    branch.text = value
  }
  return root
}

/** Reads a tree along a shape; parts of the tree that the shape does not know are refused. */
const formReader = (ec2: boolean, refuse: Refuse) => {
  const text = textCodec('query')

  const keyOf = (name: string, member: Shape): string => {
    const { ec2QueryName, xmlName } = member.getMergedTraits() as { ec2QueryName?: string; xmlName?: string }
    const key = xmlName ?? name
    return ec2 ? (ec2QueryName ?? key.charAt(0).toUpperCase() + key.slice(1)) : key
  }

  const read = (shape: Shape, branch: Branch, path: string): unknown => {
    if (shape.isStructSchema()) return readStruct(shape, branch, path)
    if (shape.isListSchema()) return readList(shape, branch, path)
    if (shape.isMapSchema()) return readMap(shape, branch, path)
    if (branch.text === undefined || branch.children.size > 0) return refuse(path, 'Expected a single value')
    return readText(text, shape, branch.text, path, refuse)
  }

  const readStruct = (shape: Shape, branch: Branch, path: string): Members => {
    const out: Members = {}
    const rest = new Set(branch.children.keys())
    for (const [name, member] of shape.structIterator()) {
      const key = keyOf(name, member)
      const child = branch.children.get(key)
      if (child === undefined || !rest.delete(key)) continue
      out[name] = read(member, child, path === '' ? key : `${path}.${key}`)
    }
    const [stranger] = rest
    if (stranger !== undefined) refuse(path === '' ? stranger : `${path}.${stranger}`, 'Unknown parameter')
    return out
  }

  const readList = (shape: Shape, branch: Branch, path: string): unknown[] => {
    const item = shape.getValueSchema()
    const flat = ec2 || shape.getMergedTraits().xmlFlattened !== undefined
    // An empty list is sent as `Name=`.
    if (branch.children.size === 0) return branch.text === '' ? [] : refuse(path, 'Expected a list')
    const own = item.getMergedTraits().xmlName ?? 'member'
    const held = flat ? branch : (branch.children.get(own) ?? branch.children.get('member'))
    if (held === undefined || (!flat && branch.children.size > 1)) return refuse(path, 'Expected a list')
    return numbered(held, path).map(([index, child]) => read(item, child, `${path}.${index}`))
  }

  const readMap = (shape: Shape, branch: Branch, path: string): Record<string, unknown> => {
    const flat = shape.getMergedTraits().xmlFlattened !== undefined
    const held = flat ? branch : branch.children.get('entry')
    const keyName = shape.getKeySchema().getMergedTraits().xmlName ?? 'key'
    const valueName = shape.getValueSchema().getMergedTraits().xmlName ?? 'value'
    if (held === undefined) return branch.text === '' ? {} : refuse(path, 'Expected a map')
    return Object.fromEntries(
      numbered(held, path).map(([index, entry]) => {
        const key = entry.children.get(keyName)?.text
        const value = entry.children.get(valueName)
        if (key === undefined || value === undefined || entry.children.size > 2)
          return refuse(`${path}.${index}`, 'Expected a key and a value')
        return [key, read(shape.getValueSchema(), value, `${path}.${index}`)]
      }),
    )
  }

  const numbered = (branch: Branch, path: string): [number, Branch][] =>
    [...branch.children]
      .map(([index, child]): [number, Branch] =>
        /^\d+$/.test(index) ? [Number(index), child] : refuse(`${path}.${index}`, 'Expected a number'),
      )
      .sort(([a], [b]) => a - b)

  return read
}

/** The operation a form asks for; throws when none is named. */
export const actionOf = (form: URLSearchParams): string => {
  const action = form.get('Action')
  if (action === null) throw new AwsError('MissingAction', 'The request names no Action')
  return action
}
