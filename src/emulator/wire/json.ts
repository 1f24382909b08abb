import { checkJson, checkRequired, refuseWith } from './check.ts'
import { cborCodec, jsonCodec, type Shape } from './codecs.ts'
import type { Fault } from './fault.ts'
import type { Members, Protocol } from './protocol.ts'
import type { Model } from './schemas.ts'

/** Reads JSON; throws SerializationException for what is no JSON object. */
export const parseJson = (bytes: Buffer): unknown => {
  if (bytes.length === 0) return {}
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return refuseWith('SerializationException')('', 'The request body is not JSON')
  }
}

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
      const value = parseJson(await request.bytes())
      if (input.isUnitSchema()) return {}
      checkJson(input, value, false, refuseWith('SerializationException'))
      const members = codec.read(input, value) as Members
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
      const members = cborCodec.read(input, bytes) as Members
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
