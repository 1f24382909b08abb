import { type RawShape, type Shape, shapeOf } from './codecs.ts'

/** Where the members of a structure travel in HTTP. Pairs are [member, its name on the wire, its shape]. */
export interface Binding {
  readonly labels: readonly Bound[]
  readonly query: readonly Bound[]
  /** The map that takes every query parameter no other member takes. */
  readonly queryParams: Bound | null
  /** Names in lower case. */
  readonly headers: readonly Bound[]
  readonly prefixHeaders: Bound | null
  readonly status: Bound | null
  readonly payload: Bound | null
  /** The structure of all members that travel in the body, or null when there are none. */
  readonly body: Shape | null
}

export type Bound = readonly [member: string, wire: string, shape: Shape]

interface HttpTraits {
  httpLabel?: 1
  httpQuery?: string
  httpQueryParams?: 1
  httpHeader?: string
  httpPrefixHeaders?: string
  httpResponseCode?: 1
  httpPayload?: 1
}

/** The required members of an input that travel in the query or in headers: they tell operations with one URL apart. */
export const requiredBounds = (shape: Shape, bound: readonly Bound[]): readonly Bound[] => {
  if (!shape.isStructSchema()) return []
  const [, , , , names, , required = 0] = shape.getSchema() as unknown as RawStructure
  return bound.filter(([member]) => names.indexOf(member) < required)
}

type RawStructure = readonly [number, string, string, unknown, string[], unknown[], number?]

const bindings = new WeakMap<object, Binding>()

/** The binding of a structure; worked out once. */
export const bindingOf = (shape: Shape): Binding => {
  const raw = shape.getSchema() as object | string
  if (typeof raw === 'string') return bind(shape)
  const binding = bindings.get(raw) ?? bind(shape)
  bindings.set(raw, binding)
  return binding
}

const bind = (shape: Shape): Binding => {
  const labels: Bound[] = []
  const query: Bound[] = []
  const headers: Bound[] = []
  const rest: string[] = []
  let queryParams: Bound | null = null
  let prefixHeaders: Bound | null = null
  let status: Bound | null = null
  let payload: Bound | null = null
  for (const [name, member] of shape.structIterator()) {
    const traits = member.getMergedTraits() as HttpTraits
    if (traits.httpPayload) payload = [name, name, member]
    else if (traits.httpLabel) labels.push([name, name, member])
    else if (traits.httpHeader !== undefined) headers.push([name, traits.httpHeader.toLowerCase(), member])
    else if (traits.httpPrefixHeaders !== undefined)
      prefixHeaders = [name, traits.httpPrefixHeaders.toLowerCase(), member]
    else if (traits.httpQuery !== undefined) query.push([name, traits.httpQuery, member])
    else if (traits.httpQueryParams) queryParams = [name, name, member]
    else if (traits.httpResponseCode) status = [name, name, member]
    else rest.push(name)
  }
  const body = rest.length === 0 ? null : only(shape, rest)
  return { labels, query, queryParams, headers, prefixHeaders, status, payload, body }
}

/** The structure with some of its members. */
const only = (shape: Shape, wanted: string[]): Shape => {
  const [kind, namespace, name, traits, names, members] = shape.getSchema() as unknown as RawStructure
  const held = wanted.map(member => members[names.indexOf(member)])
  return shapeOf([kind, namespace, name, traits, wanted, held] as unknown as RawShape)
}
