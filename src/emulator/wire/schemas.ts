import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../packageRoot.ts'
import { type RawShape, type Shape, shapeOf } from './codecs.ts'

/** What the schemas do not say of a service. */
export interface ServiceFacts {
  readonly protocol: 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson1' | 'restXml'
  /** The service's name in a SigV4 credential scope. */
  readonly signing: string
  /** What stands before the dot in `X-Amz-Target`. */
  readonly target: string | null
  readonly version: string | null
  readonly xmlns: string | null
  /** Speaks JSON or CBOR today and still names its errors as it did in the query protocol. */
  readonly queryCompatible: boolean
}

/** References are numbers (simple shapes), `unit`, `#Name`, or `[reference, traits]`. */
export type SlicedShape = [kind: number, name: string, traits: unknown, ...rest: unknown[]]
export type SlicedOperation = [traits: { http?: [string, string, number] }, input: unknown, output: unknown]

/** One service's file of schemas, as scripts/slice-schemas.ts writes it. */
export interface SlicedSchemas {
  readonly operations: Readonly<Record<string, SlicedOperation>>
  readonly errors: readonly string[]
  readonly shapes: Readonly<Record<string, SlicedShape>>
}

export interface Operation {
  readonly name: string
  /** REST protocols only. */
  readonly http: { readonly method: string; readonly uri: string; readonly status: number } | null
  readonly input: Shape
  readonly output: Shape
}

/** Traits of an error shape. */
export interface ErrorTraits {
  readonly error?: 'client' | 'server'
  readonly httpError?: number
  /** Code and status in the query protocol. */
  readonly awsQueryError?: readonly [string, number]
}

/** One service as the wire sees it. */
export interface Model {
  readonly name: string
  readonly facts: ServiceFacts
  readonly operations: ReadonlyMap<string, Operation>
  /** By shape name and by the code the query protocol gives it. */
  readonly errors: ReadonlyMap<string, Shape>
}

/** The sliced schemas on disk; a service's are read when first asked for. */
export interface Schemas {
  readonly services: Readonly<Record<string, ServiceFacts>>
  model(service: string): Model
}

export const schemasFolder = (): string => join(packageRoot(import.meta.url), 'dist', 'emulator', 'schemas')

/** Throws when `npm run build` has never run. */
export const openSchemas = (folder = schemasFolder()): Schemas => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
  const services: Readonly<Record<string, ServiceFacts>> = read('services')
  const models = new Map<string, Model>()
  return {
    services,
    model: name => {
      const facts = services[name]
      if (facts === undefined) throw new Error(`No schemas of ${name}: run npm run build`)
      const model = models.get(name) ?? link(name, facts, read(name))
      models.set(name, model)
      return model
    },
  }
}

const link = (name: string, facts: ServiceFacts, sliced: SlicedSchemas): Model => {
  const linked = new Map<string, unknown[]>()

  const find = (shapeName: string): unknown[] => {
    const known = linked.get(shapeName)
    if (known !== undefined) return known
    const shape = sliced.shapes[shapeName]
    if (shape === undefined) throw new Error(`The schemas of ${name} lack ${shapeName}`)
    const [kind, own, traits, ...rest] = shape
    const raw = [
      kind,
      name,
      own,
      traits,
      ...rest.map(part => (isMembers(kind, part) ? part.map(refer) : refer(part))),
    ]
    linked.set(shapeName, raw)
    return raw
  }

  const refer = (reference: unknown): unknown => {
    if (Array.isArray(reference)) return [refer(reference[0]), reference[1]]
    if (typeof reference === 'string' && reference.startsWith('#')) return () => find(reference.slice(1))
    return reference
  }

  const shape = (reference: unknown): Shape => shapeOf(refer(reference) as RawShape)

  const operations = new Map<string, Operation>()
  for (const [own, [traits, input, output]] of Object.entries(sliced.operations)) {
    const http = typeof traits === 'object' ? traits.http : undefined
    operations.set(own, {
      name: own,
      http: http === undefined ? null : { method: http[0], uri: http[1], status: http[2] },
      input: shape(input),
      output: shape(output),
    })
  }

  const errors = new Map<string, Shape>()
  for (const own of sliced.errors) {
    const error = shape(`#${own}`)
    const [code] = (error.getMergedTraits() as ErrorTraits).awsQueryError ?? []
    errors.set(own, error)
    if (typeof code === 'string' && !errors.has(code)) errors.set(code, error)
  }
  return { name, facts, operations, errors }
}

/** Structures hold a list of member names and a list of member references; only these lists are lists of references. */
const isMembers = (kind: number, part: unknown): part is unknown[] =>
  (kind === 3 || kind === -3 || kind === 4) && Array.isArray(part)
