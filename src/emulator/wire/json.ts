import { checkJson, checkRequired, decoded, refuseWith } from './check.ts'
import { cborCodec, type JsonCodec, jsonCodec, type Shape } from './codecs.ts'
import type { Fault } from './fault.ts'
import type { Members, Protocol } from './protocol.ts'
import type { Model } from './schemas.ts'

const refuse = refuseWith('SerializationException')

/** Reads and checks a JSON body; throws SerializationException for what the shape does not say. */
export const readJson = (codec: JsonCodec, shape: Shape, bytes: Buffer, jsonName: boolean): Members =>
  decoded(() => {
    const value: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'))
    if (value === null) return refuse('', 'Expected a structure')
    checkJson(shape, value, jsonName, refuse)
    return codec.read(shape, value) as Members
  }, refuse)

/** The members of an error's body: the modelled ones, and `message` under the name the model gives it. */
export const faultMembers = (fault: Fault): Members => {
  const names = fault.shape === null ? [] : [...fault.shape.structIterator()].map(([name]) => name)
  const message = names.find(name => name.toLowerCase() === 'message') ?? 'message'
  return { ...fault.fields, [message]: fault.message }
}

/** awsJson1.0 and awsJson1.1. */
export const awsJson = ({ facts }: Model): Protocol => {
  const codec = jsonCodec({ jsonName: false })
  const contentType =
    facts.protocol === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1'
  const headers = (requestId: string) => ({ 'content-type': contentType, 'x-amzn-requestid': requestId })
  return {
    async read({ input }, request) {
      const bytes = await request.bytes()
      if (input.isUnitSchema()) return {}
      const members = readJson(codec, input, bytes, false)
      checkRequired(input, members, refuseWith('ValidationException'))
      return members
    },
    write: ({ output }, value, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: output.isUnitSchema() ? '{}' : codec.write(output, value),
    }),
    writeFault: (fault, requestId) => ({
      status: fault.status,
      headers: {
        ...headers(requestId),
        ...(facts.queryCompatible ? queryError(fault) : {}),
      },
      body: JSON.stringify({ __type: fault.name, ...jsonMembers(codec.write, fault) }),
    }),
  }
}

/** Smithy RPC v2 CBOR, which Go's SDK speaks to CloudWatch. */
export const rpcCbor = ({ facts }: Model): Protocol => {
  const headers = (requestId: string) => ({
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  })
  return {
    async read({ input }, request) {
      const bytes = await request.bytes()
      if (input.isUnitSchema() || bytes.length === 0) return {}
      const members = decoded(() => cborCodec.read(input, bytes), refuse) as Members | null
      if (members === null || typeof members !== 'object') return refuse('', 'Expected a structure')
      checkRequired(input, members, refuseWith('ValidationException'))
      return members
    },
    write: ({ output }, value, requestId) => ({
      status: 200,
      headers: headers(requestId),
      body: output.isUnitSchema() ? null : cborCodec.write(output, value),
    }),
    writeFault: (fault, requestId) => ({
      status: fault.status,
      headers: { ...headers(requestId), ...(facts.queryCompatible ? queryError(fault) : {}) },
      body: cborCodec.writeFree({ __type: fault.name, ...faultMembers(fault) }),
    }),
  }
}

/** Clients of a service that once spoke the query protocol still name its errors by the old code. */
const queryError = (fault: Fault): Record<string, string> => ({
  'x-amzn-query-error': `${fault.code};${fault.sender ? 'Sender' : 'Receiver'}`,
})

/** The error's members as plain JSON values. */
export const jsonMembers = (write: (shape: Shape, value: unknown) => Uint8Array, fault: Fault): object => {
  const members = faultMembers(fault)
  if (fault.shape === null) return members
  const known = JSON.parse(Buffer.from(write(fault.shape, members)).toString('utf8'))
  return { ...known, message: fault.message }
}
