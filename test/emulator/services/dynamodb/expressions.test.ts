import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AwsError } from '../../../../src/emulator/service.ts'
import { applyUpdate } from '../../../../src/emulator/services/dynamodb/applyUpdate.ts'
import { parseCondition } from '../../../../src/emulator/services/dynamodb/condition.ts'
import { holds } from '../../../../src/emulator/services/dynamodb/holds.ts'
import { valueAt, withoutValue, withValue } from '../../../../src/emulator/services/dynamodb/path.ts'
import { Placeholders } from '../../../../src/emulator/services/dynamodb/placeholders.ts'
import { parseProjection, project } from '../../../../src/emulator/services/dynamodb/projection.ts'
import { parseUpdate } from '../../../../src/emulator/services/dynamodb/update.ts'
import {
  equalValues,
  type Item,
  itemFrom,
  sdkItem,
} from '../../../../src/emulator/services/dynamodb/value.ts'

const VALUES: Record<string, AttributeValue> = {
  ':one': { N: '1' },
  ':two': { N: '2' },
  ':ten': { N: '10' },
  ':a': { S: 'a' },
  ':app': { S: 'app' },
  ':set': { SS: ['red', 'blue'] },
  ':list': { L: [{ S: 'z' }] },
  ':S': { S: 'S' },
}
const NAMES = { '#status': 'status', '#dotted': 'a.b' }
const ITEM: Item = itemFrom({
  pk: { S: 'apple' },
  amount: { N: '2.50' },
  status: { S: 'READY' },
  'a.b': { S: 'dotted' },
  colours: { SS: ['red', 'green'] },
  numbers: { NS: ['1', '2.0'] },
  deep: { M: { shelf: { L: [{ S: 'x' }, { M: { y: { N: '7' } } }] } } },
  flag: { BOOL: true },
})

const placeholders = () => new Placeholders(NAMES, VALUES)
const is = (text: string, item: Item = ITEM) =>
  holds(parseCondition('ConditionExpression', text, placeholders()), item)
const updated = (text: string, item: Item = ITEM) =>
  sdkItem(applyUpdate(item, parseUpdate(text, placeholders())))
const faultOf = (work: () => unknown): string => {
  try {
    work()
  } catch (fault) {
    if (fault instanceof AwsError) return fault.message
    throw fault
  }
  return 'no fault'
}

describe('a condition', () => {
  test.each([
    'attribute_exists(pk) AND attribute_not_exists(nothing)',
    'attribute_exists(deep.shelf[1].y)',
    'attribute_not_exists(deep.shelf[2])',
    'attribute_type(pk, :S)',
    'begins_with(pk, :app)',
    'contains(pk, :app)',
    'contains(colours, :a) OR NOT contains(colours, :a)',
    'contains(numbers, :two)',
    'size(pk) BETWEEN :one AND :ten',
    'size(colours) = :two',
    'amount BETWEEN :two AND :ten',
    'deep.shelf[1].y > :two',
    '#status <> :a',
    'nothing <> :a',
    'NOT nothing = :a',
    'pk IN (:a, pk2, :app) OR pk IN (:app, pk) AND flag <> :a',
    'NOT (pk = :a) and (amount > :one or pk = :a)',
    '#dotted > :a',
  ])('%s', text => expect(is(text)).toBe(true))

  test.each([
    'nothing < :a',
    'pk > :one',
    'size(amount) > :one',
    'size(nothing) < :one',
    'attribute_exists(deep.shelf.y)',
    'begins_with(amount, :a)',
    'NOT pk <> pk2 ',
  ])('not %s', text => expect(is(text)).toBe(false))

  test('AND binds closer than OR, NOT closer than AND', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (a, b, c) => {
        const item = itemFrom({
          ...(a && { a: { S: '' } }),
          ...(b && { b: { S: '' } }),
          ...(c && { c: { S: '' } }),
        })
        const [x, y, z] = ['a', 'b', 'c'].map(name => `attribute_exists(${name})`)
        expect(is(`${x} OR ${y} AND NOT ${z}`, item)).toBe(a || (b && !c))
        expect(is(`NOT ${x} AND ${y} OR ${z}`, item)).toBe((!a && b) || c)
        expect(is(`NOT (${x} OR ${y}) AND ${z}`, item)).toBe(!(a || b) && c)
      }),
    )
  })

  test('any text is either read or answered with a ValidationException', () => {
    const word = fc.constantFrom(
      ...'pk #status :a :one ( ) [ ] , . = <> < AND OR NOT BETWEEN IN size begins_with attribute_exists 0 ! SET'.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), words => {
        const message = faultOf(() => is(words.join(' ')))
        expect(message).toMatch(/^(no fault|Invalid ConditionExpression: )/)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['', 'The expression can not be empty;'],
    ['pk = ', 'Syntax error; token: "<EOF>", near: "="'],
    ['pk == :a', 'Syntax error; token: "=", near: "== :a"'],
    ['status = :a', 'Attribute name is a reserved keyword; reserved keyword: status'],
    ['#x = :a', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
    ['pk = :x', 'An expression attribute value used in expression is not defined; attribute value: :x'],
    ['foo(pk)', 'Invalid function name; function: foo'],
    [
      'begins_with(pk)',
      'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1',
    ],
    [
      'begins_with(pk, :one)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'attribute_exists(:a)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    [
      'pk = pk',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [pk]',
    ],
    ['((pk = :a))', 'The expression has redundant parentheses;'],
    [
      'amount BETWEEN :ten AND :one',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:10}, upper bound operand: AttributeValue: {N:1}',
    ],
  ])("%s: a fault in AWS's words", (text, message) =>
    expect(faultOf(() => is(text))).toBe(`Invalid ConditionExpression: ${message}`),
  )
})

describe('an update', () => {
  test('sets, adds, removes and deletes in one go, reading the item as it was', () => {
    const item = itemFrom({
      pk: { S: 'a' },
      n: { N: '1' },
      m: { N: '5' },
      s: { SS: ['red'] },
      gone: { S: '' },
    })
    expect(updated('SET n = m - :one, m = n REMOVE gone ADD extra :two DELETE s :set', item)).toEqual({
      pk: { S: 'a' },
      n: { N: '4' },
      m: { N: '1' },
      extra: { N: '2' },
    })
  })

  test('knows if_not_exists and list_append', () => {
    expect(
      updated('SET n = if_not_exists(n, :one) + :two, l = list_append(if_not_exists(l, :list), :list)', {}),
    ).toEqual({ n: { N: '3' }, l: { L: [{ S: 'z' }, { S: 'z' }] } })
  })

  test('indexes mean the list as it was', () => {
    const item = itemFrom({ l: { L: ['0', '1', '2', '3'].map(S => ({ S })) } })
    expect(updated('SET l[9] = :a, l[1] = :app REMOVE l[0], l[2], l[77]', item)).toEqual({
      l: { L: [{ S: 'app' }, { S: '3' }, { S: 'a' }] },
    })
  })

  test.each([
    ['SET a = nothing', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET nothing.below = :a', 'The document path provided in the update expression is invalid for update'],
    ['REMOVE pk.below', 'The document path provided in the update expression is invalid for update'],
    ['SET amount = pk + :one', 'An operand in the update expression has an incorrect data type'],
    ['ADD pk :one', 'An operand in the update expression has an incorrect data type'],
    [
      'SET a = :a SET b = :a',
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    ],
    [
      'SET deep = :a, deep.shelf = :a',
      'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [deep], path two: [deep, shelf]',
    ],
    [
      'SET deep.a = :a, deep[0] = :a',
      'Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [deep, a], path two: [deep, [0]]',
    ],
    [
      'ADD a :a',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    [
      'SET a = :a + :one',
      'Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S',
    ],
    ['SET a :a', 'Invalid UpdateExpression: Syntax error; token: ":a", near: "a :a"'],
  ])("%s: a fault in AWS's words", (text, message) => expect(faultOf(() => updated(text))).toBe(message))
})

describe('a document path', () => {
  const path = fc.array(fc.constantFrom('a', 'b', '__proto__', 0, 1), { minLength: 1, maxLength: 4 })
  const item: Item = itemFrom({
    a: { M: { a: { L: [{ L: [] }, { M: {} }] }, b: { S: '' } } },
    b: { L: [{ M: { a: { M: {} } } }, { L: [{ S: '' }] }] },
  })

  test('what was written is read back, and gone once removed', () =>
    fc.assert(
      fc.property(path, steps => {
        const full = ['a', ...steps]
        const written = withValue(item, full, { S: 'new' })
        fc.pre(written !== undefined && valueAt(written, full) !== undefined)
        if (written === undefined) return
        expect(valueAt(written, full)).toEqual({ S: 'new' })
        const left = withoutValue(written, full)
        expect(left && valueAt(left, full)).not.toEqual({ S: 'new' })
      }),
    ))
})

describe('a projection', () => {
  test('of two members of one list moves them together', () => {
    const item = itemFrom({ l: { L: ['0', '1', '2'].map(S => ({ S })) } })
    expect(
      sdkItem(project(item, parseProjection('l[0], l[2]', new Placeholders(undefined, undefined)))),
    ).toEqual({
      l: { L: [{ S: '0' }, { S: '2' }] },
    })
  })

  test('keeps the named parts only', () => {
    const paths = parseProjection('pk, deep.shelf[1], nothing, #dotted', placeholders())
    expect(sdkItem(project(ITEM, paths))).toEqual({
      pk: { S: 'apple' },
      deep: { M: { shelf: { L: [{ M: { y: { N: '7' } } }] } } },
      'a.b': { S: 'dotted' },
    })
  })
})

test('sets have no order, lists have one', () => {
  expect(equalValues({ SS: ['a', 'b'] }, { SS: ['b', 'a'] })).toBe(true)
  expect(equalValues({ L: [{ S: 'a' }, { S: 'b' }] }, { L: [{ S: 'b' }, { S: 'a' }] })).toBe(false)
})

test('placeholders that stand for nothing are named', () => {
  const unused = placeholders()
  parseCondition('ConditionExpression', '#status = :a', unused)
  expect(faultOf(() => unused.checkAllUsed({ ConditionExpression: 'x' }))).toBe(
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#dotted}',
  )
})
