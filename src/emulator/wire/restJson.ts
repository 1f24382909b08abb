import { bindingOf } from './binding.ts'
import type { BodyCodec } from './bodyCodec.ts'
import { refuseWith } from './check.ts'
import { jsonCodec, textCodec } from './codecs.ts'
import { httpReader } from './httpRead.ts'
import { headersOf, httpWrite } from './httpWrite.ts'
import { faultMembers, jsonMembers, readJson } from './json.ts'
import type { Protocol } from './protocol.ts'
import type { RestRoutes } from './restRoutes.ts'

/** restJson1: Lambda, API Gateway. */
export const restJson = (routes: RestRoutes): Protocol => {
  const codec = jsonCodec({ jsonName: true })
  const body: BodyCodec = {
    contentType: 'application/json',
    read: (shape, bytes) => readJson(codec, shape, bytes, true),
    write: (shape, value) => codec.write(shape, value),
  }
  const text = textCodec('json')
  return {
    read: httpReader(routes, body, text, {
      text: refuseWith('SerializationException'),
      missing: refuseWith('ValidationException'),
    }),
    write: ({ output, http }, value, requestId) =>
      httpWrite(output, value, http?.status ?? 200, body, text, { 'x-amzn-requestid': requestId }),
    writeFault: (fault, requestId) => ({
      status: fault.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': fault.name,
        ...(fault.shape ? headersOf(fault.shape, faultMembers(fault), text) : {}),
      },
      body: JSON.stringify(
        jsonMembers(codec.write, {
          ...fault,
          shape: fault.shape ? (bindingOf(fault.shape).body ?? fault.shape) : null,
        }),
      ),
    }),
  }
}
