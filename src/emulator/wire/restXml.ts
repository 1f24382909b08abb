import { bindingOf } from './binding.ts'
import type { BodyCodec } from './bodyCodec.ts'
import { checkXml, decoded, type Refuse, refuseWith } from './check.ts'
import { textCodec, XmlNode, xmlChildren, xmlCodec } from './codecs.ts'
import { httpReader } from './httpRead.ts'
import { headersOf, httpWrite } from './httpWrite.ts'
import { faultMembers } from './json.ts'
import type { Members, Protocol, WireResponse } from './protocol.ts'
import { errorNode, leaf, PROLOG } from './query.ts'
import type { RestRoutes } from './restRoutes.ts'
import type { Model } from './schemas.ts'

/** restXml: S3, CloudFront, Route 53. */
export const restXml = (model: Model, routes: RestRoutes): Protocol => {
  const { facts } = model
  const s3 = model.name === 's3'
  const xml = xmlCodec(facts.xmlns)
  const code = s3 ? 'MalformedXML' : 'MalformedInput'
  const body: BodyCodec = {
    contentType: s3 ? 'application/xml' : 'text/xml',
    read(shape, bytes) {
      const refuse = refuseWith(code)
      const tree = parseXml(xml.parse, bytes, refuse)
      checkXml(shape, tree, refuse)
      return decoded(() => xml.read(shape, tree), refuse)
    },
    write(shape, value) {
      const node = xml.write(shape, value)
      if (facts.xmlns !== null) node.addAttribute('xmlns', facts.xmlns)
      return PROLOG + node.toString()
    },
  }
  const text = textCodec('xml')
  const ids = (requestId: string): Record<string, string> =>
    s3 ? { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId } : { 'x-amzn-requestid': requestId }
  return {
    read: httpReader(routes, body, text, {
      text: refuseWith(s3 ? 'InvalidArgument' : 'InvalidInput'),
      missing: refuseWith(s3 ? code : 'InvalidInput'),
    }),
    write({ name, output, http }, value, requestId) {
      if (name === 'GetBucketLocation') return bucketLocation(value, facts.xmlns, ids(requestId))
      return httpWrite(output, value, http?.status ?? 200, body, text, ids(requestId))
    },
    writeFault(fault, requestId) {
      const members = fault.shape ? faultMembers(fault) : {}
      const held = fault.shape ? bindingOf(fault.shape).body : null
      const children = held
        ? xmlChildren(xml.write(held, members))
        : Object.entries(fault.fields).map(([name, value]) => leaf(name, String(value)))
      const error = errorNode(fault, children)
      const root = s3
        ? new XmlNode('Error', [
            ...xmlChildren(error).slice(1),
            leaf('RequestId', requestId),
            leaf('HostId', requestId),
          ])
        : new XmlNode('ErrorResponse', [error, leaf('RequestId', requestId)])
      if (!s3 && facts.xmlns !== null) root.addAttribute('xmlns', facts.xmlns)
      return {
        status: fault.status,
        headers: {
          ...ids(requestId),
          ...(fault.shape ? headersOf(fault.shape, members, text) : {}),
          'content-type': 'application/xml',
        },
        body: fault.status === 304 ? null : PROLOG + root.toString(),
      }
    },
  }
}

const parseXml = (parse: (text: string) => unknown, bytes: Buffer, refuse: Refuse): unknown => {
  try {
    return parse(bytes.toString('utf8'))
  } catch {
    return refuse('', 'The XML you provided was not well-formed')
  }
}

/** Its answer is a bare element, a form the model knows no word for. */
const bucketLocation = (value: Members, xmlns: string | null, ids: Record<string, string>): WireResponse => {
  const { LocationConstraint: region } = value
  const root =
    typeof region === 'string' ? leaf('LocationConstraint', region) : new XmlNode('LocationConstraint')
  if (xmlns !== null) root.addAttribute('xmlns', xmlns)
  return {
    status: 200,
    headers: { ...ids, 'content-type': 'application/xml' },
    body: PROLOG + root.toString(),
  }
}
