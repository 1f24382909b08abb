/**
 * The only file that knows the insides of the SDK: its schema reader and its codecs, used here in the server's direction.
 * They are public but move between releases, so their packages are pinned and the round-trip tests run on every change.
 */

import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { XmlNode } from '@aws-sdk/xml-builder'
import { CborCodec, cbor } from '@smithy/core/cbor'
import {
  FromStringShapeDeserializer,
  JsonShapeDeserializer2,
  JsonShapeSerializer2,
  ToStringShapeSerializer,
} from '@smithy/core/protocols'
import { NormalizedSchema } from '@smithy/core/schema'

export { XmlNode }

/** A schema with its questions: `isListSchema()`, `structIterator()`, `getMergedTraits()` … */
export type Shape = NormalizedSchema

/** A schema as it lies in memory: nested arrays, thunks for references. */
export type RawShape = Parameters<typeof NormalizedSchema.of>[0]

export const shapeOf = (raw: RawShape): Shape => NormalizedSchema.of(raw)

const EPOCH_SECONDS = { useTrait: true, default: 7 } as const
const DATE_TIME = { useTrait: true, default: 5 } as const

export interface JsonCodec {
  /** `value`: what JSON.parse gave; it is taken over and changed. */
  read(shape: Shape, value: unknown): unknown
  write(shape: Shape, value: unknown): Uint8Array
}

export const jsonCodec = (options: { jsonName: boolean }): JsonCodec => {
  const settings = { timestampFormat: EPOCH_SECONDS, jsonName: options.jsonName }
  return {
    read: (shape, value) => new JsonShapeDeserializer2(settings).readObject(shape, value as never),
    write: (shape, value) => {
      const serializer = new JsonShapeSerializer2(settings)
      serializer.write(shape, value)
      // The SDK's subclass warns when it is taken for a string.
      const bytes = serializer.flush() as unknown as Uint8Array
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
  }
}

export const cborCodec = {
  read: (shape: Shape, bytes: Uint8Array): unknown => new CborCodec().createDeserializer().read(shape, bytes),
  write: (shape: Shape, value: unknown): Uint8Array => {
    const serializer = new CborCodec().createSerializer()
    serializer.write(shape, value)
    return serializer.flush()
  },
  /** Plain values, without a shape. */
  writeFree: (value: unknown): Uint8Array => cbor.serialize(value),
}

export const xmlChildren = (node: XmlNode): XmlNode[] => node.children as XmlNode[]

export const xmlName = (node: XmlNode): string => (node as unknown as { name: string }).name

export interface XmlCodec {
  /** The tree below the root element; `{}` for an empty document. */
  parse(text: string): unknown
  read(shape: Shape, tree: unknown): unknown
  /** `shape` must be a structure; the element is named after it. */
  write(shape: Shape, value: object): XmlNode
}

export const xmlCodec = (xmlns: string | null): XmlCodec => {
  const settings = {
    timestampFormat: DATE_TIME,
    httpBindings: true,
    xmlNamespace: xmlns ?? '',
    serviceNamespace: '',
  }
  return {
    parse: text => new Internals(settings).parse(text),
    read: (shape, tree) => new XmlShapeDeserializer(settings).readSchema(shape, tree),
    write: (shape, value) => new Writer(settings).node(shape, value),
  }
}

/** Opens protected doors of the SDK's XML codec. */
class Internals extends XmlShapeDeserializer {
  parse(text: string): unknown {
    return this.parseXml(text)
  }
}

class Writer extends XmlShapeSerializer {
  node(shape: Shape, value: object): XmlNode {
    this.write(shape, value)
    const { buffer } = this as unknown as { buffer: XmlNode }
    return buffer
  }
}

/** Headers, labels, query strings and form fields. */
export interface TextCodec {
  read(shape: Shape, text: string): unknown
  write(shape: Shape, value: unknown): string
}

export const textCodec = (kind: 'json' | 'xml' | 'query'): TextCodec => {
  const settings = {
    timestampFormat: kind === 'json' ? EPOCH_SECONDS : DATE_TIME,
    httpBindings: kind !== 'query',
  }
  return {
    read: (shape, text) => new FromStringShapeDeserializer(settings).read(shape, text),
    write: (shape, value) => {
      const serializer = new ToStringShapeSerializer(settings)
      serializer.write(shape, value)
      return serializer.flush()
    },
  }
}
