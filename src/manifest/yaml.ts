import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'

/** One thing wrong with a manifest. Lines and columns count from 1. */
export interface Fault {
  readonly line: number
  readonly column: number
  /** `backend.cpu`; empty for the whole file. */
  readonly path: string
  readonly message: string
}

export type Path = readonly (string | number)[]

export interface Reading {
  /** Plain data; aliases resolved, merge keys laid under. */
  readonly data: unknown
  /** What YAML itself holds against the text; `data` is undefined when it cannot be read past that. */
  readonly faults: readonly Fault[]
  /** Numbers and booleans that say something else as text: `1.0`, `007`, `True`. By the path where they stand, as JSON. */
  readonly rewritten: ReadonlyMap<string, string>
  /** Where the value at `path` stands, or else the innermost thing around it that the file does have. */
  at(path: Path): { line: number; column: number }
  /** Where the key of `path` stands. */
  keyAt(path: Path): { line: number; column: number }
}

const DEEPEST = 32
const MOST_NODES = 10_000
/** Of more the library takes minutes: it compares each key of a map with all the others. */
const MOST_CHARACTERS = 100_000

/** Why `source` is not even looked at; null when it is. */
const unreadable = (source: string): string | null => {
  if (source.includes('\0')) return 'This is no text file. Name the manifest with -m.'
  if (source.length > MOST_CHARACTERS)
    return `This file holds more than ${MOST_CHARACTERS} characters. Name the manifest with -m.`
  return null
}

/** A dotted path for people: `frontend.aliases[0]`, `frontend.cache["a.b"]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')

/** Reads YAML 1.2 with merge keys into plain data that remembers where everything stands. Never throws. */
export const readYaml = (source: string): Reading => {
  const lines = new LineCounter()
  const reason = unreadable(source)
  const document = parseDocument(reason === null ? source : '', {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
  })
  const values = new Map<string, number>()
  const keys = new Map<string, number>()
  const rewritten = new Map<string, string>()
  const spot = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const around = (spots: Map<string, number>, path: Path): { line: number; column: number } => {
    const offset = spots.get(JSON.stringify(path)) ?? keys.get(JSON.stringify(path))
    if (offset !== undefined) return spot(offset)
    return path.length === 0 ? { line: 1, column: 1 } : around(keys, path.slice(0, -1))
  }

  const faults: Fault[] = []
  let broken = false
  const refuse = (message: string, offset: number): null => {
    broken = true
    faults.push({ ...spot(offset), path: '', message })
    return null
  }

  let nodes = 0
  const open = new Set<Node>()
  const plain = (node: unknown, path: Path): unknown => {
    if (!isAlias(node) && !isMap(node) && !isSeq(node) && !isScalar(node)) return null
    const start = node.range?.[0] ?? 0
    if (path.length > DEEPEST) return refuse(`This is nested more than ${DEEPEST} levels deep.`, start)
    nodes += 1
    if (nodes > MOST_NODES)
      return broken ? null : refuse(`This file holds more than ${MOST_NODES} values.`, start)
    const key = JSON.stringify(path)
    if (!values.has(key)) values.set(key, start)
    const target = isAlias(node) ? node.resolve(document) : node
    if (target === undefined) return refuse(`There is no anchor of the name ${String(node)}.`, start)
    if (isScalar(target)) {
      const { source, value } = target
      const isText = typeof value === 'string' || value === null
      if (!isText && source !== undefined && source !== String(value)) rewritten.set(key, source)
      return value
    }
    if (open.has(target)) return refuse(`${String(node)} contains itself.`, start)
    open.add(target)
    const value = isMap(target)
      ? Object.fromEntries(entries(target, path))
      : isSeq(target)
        ? target.items.map((item, index) => plain(item, [...path, index]))
        : null
    open.delete(target)
    return value
  }

  /** A map's own entries, then those merged into it that it does not have itself. */
  const entries = (map: YAMLMap, path: Path): Map<string, unknown> => {
    const found = new Map<string, unknown>()
    for (const { key, value } of map.items) {
      if (isMerge(key)) continue
      if (!isScalar(key)) {
        refuse('A key must be plain text.', map.range?.[0] ?? 0)
        continue
      }
      const name = String(key.value)
      const at = [...path, name]
      if (!keys.has(JSON.stringify(at))) keys.set(JSON.stringify(at), key.range?.[0] ?? 0)
      found.set(name, plain(value, at))
    }
    for (const { key, value } of map.items)
      if (isMerge(key))
        for (const [name, item] of merged(value, path)) if (!found.has(name)) found.set(name, item)
    return found
  }

  const merged = (value: unknown, path: Path): [string, unknown][] => {
    const target = isAlias(value) ? value.resolve(document) : value
    if (isSeq(target)) return target.items.flatMap(item => merged(item, path))
    const start = (value as Node | null)?.range?.[0] ?? 0
    if (!isMap(target) || open.has(target)) {
      refuse('What is merged with << must be a map that stands elsewhere.', start)
      return []
    }
    open.add(target)
    const found = [...entries(target, path)]
    open.delete(target)
    return found
  }

  if (reason !== null) refuse(reason, 0)
  for (const problem of [...document.errors, ...document.warnings]) {
    const message = yamlMessage(problem.code, problem.message, source.slice(problem.pos[0]))
    if (problem.code === 'DUPLICATE_KEY') faults.push({ ...spot(problem.pos[0]), path: '', message })
    else refuse(message, problem.pos[0])
  }
  const data = plain(document.contents, [])
  return {
    data: broken ? undefined : data,
    faults,
    rewritten,
    at: path => around(values, path),
    keyAt: path => around(keys, path),
  }
}

const isMerge = (key: unknown): boolean => isScalar(key) && typeof key.value === 'symbol'

/** The YAML library's word for a problem, in the terms of somebody who writes a manifest. */
const yamlMessage = (code: string, message: string, rest: string): string => {
  const [word = ''] = rest.match(/^[^\s:,]+/) ?? []
  if (code === 'DUPLICATE_KEY') return `The key ${word} is written twice. Keep one.`
  if (code === 'MULTIPLE_DOCS')
    return 'A manifest is one YAML document. Remove what follows the second "---".'
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'There is a second ":" here. If it belongs to the value, put the value in quotes.'
  if (message.startsWith('Missing closing')) return 'A quote that was opened is not closed.'
  if (code === 'TAB_AS_INDENT') return 'YAML is indented with spaces, not tabs.'
  if (code === 'TAG_RESOLVE_FAILED') return `The tag ${word} means nothing here. Remove it.`
  return `This is not YAML: ${message.replace(/\s+/g, ' ').trim().replace(/\.$/, '')}.`
}
