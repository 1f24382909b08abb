import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { inOrder } from '../../src/engine/order.ts'
import { lookups, provisioners } from '../../src/provisioners/index.ts'
import { type Blueprint, idOf } from '../../src/resource.ts'
import { ACCOUNT, output } from '../../src/token.ts'
import { anyManifest } from '../manifest/anyManifest.ts'
import { drawnFrom, EXAMPLES, example } from './drawn.ts'

/** The outputs a kind declares, read from its source: types are gone when a test runs. */
const declared = (kind: string): string[] => {
  const source = readFileSync(`src/provisioners/${kind}.ts`, 'utf8')
  const [, body = ''] = /interface \w+Out extends Outputs \{([^}]*)\}/.exec(source) ?? []
  return [...body.matchAll(/^ {2}(\w+): string$/gm)].map(([, name = '']) => name)
}

const tokens = (value: unknown): string[] => JSON.stringify(value).match(/⟦[^⟧]*⟧/g) ?? []

const kinds = new Map(Object.entries(provisioners))
const outputsOf = new Map([...kinds.keys(), ...Object.keys(lookups)].map(kind => [kind, declared(kind)]))

/** Every promise in it can be kept: ids, outputs, names, order. */
const sound = (blueprint: Blueprint): void => {
  const { resources, lookups: sought } = blueprint
  const all = resources.map(idOf)
  expect(new Set(all).size).toBe(all.length)
  expect(all).toContain(blueprint.anchor)

  const known = new Set(
    [...resources, ...sought].flatMap(thing =>
      (outputsOf.get(thing.kind) ?? []).map(name => output(idOf(thing), name)),
    ),
  )
  known.add(ACCOUNT)
  expect(tokens([resources, blueprint.outputs]).filter(token => !known.has(token))).toEqual([])

  for (const { after, ...desired } of resources) {
    expect(after.filter(id => !all.includes(id))).toEqual([])
    const { naming, normal } = kinds.get(desired.kind) ?? {}
    expect(naming, desired.kind).toBeDefined()
    expect(desired.name.length, desired.name).toBeLessThanOrEqual(naming?.max ?? 0)
    expect(desired.name).toMatch(naming?.allow ?? /never/)
    expect(JSON.parse(JSON.stringify(desired))).toStrictEqual(desired)
    normal?.(desired.props)
  }
  const named = resources.map(({ kind, name }) => `${kind} ${name}`)
  expect(new Set(named).size).toBe(named.length)

  expect(inOrder(blueprint)).toHaveLength(resources.length)
  for (const value of Object.values(blueprint.outputs)) expect(value).toMatch(/^\S+$/)
}

describe('every blueprint', () => {
  test.each(EXAMPLES)('of the example %s is sound', async name => sound(await example(name)))

  test('of any right manifest is sound', () => {
    fc.assert(
      fc.property(anyManifest, written => sound(drawnFrom(stringify(written)))),
      { numRuns: 150 },
    )
  })

  test('is the same for the same manifest', () => {
    fc.assert(
      fc.property(
        anyManifest.map(written => stringify(written)),
        text => {
          expect(drawnFrom(text)).toStrictEqual(drawnFrom(text))
        },
      ),
      { numRuns: 30 },
    )
  })

  test('is checked against outputs that were really read', () => {
    expect(outputsOf.get('distribution')).toEqual(['id', 'arn', 'domain', 'hostedZone'])
    expect(outputsOf.get('network')).toEqual(['vpc', 'subnets'])
    for (const [kind, names] of outputsOf) expect(names, kind).not.toEqual([])
  })
})
