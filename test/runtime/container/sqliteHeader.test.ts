import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countersOf, headerFault, withCounters } from '../../../src/runtime/container/sqliteHeader.ts'
import { databaseOf } from './databases.ts'

const real = databaseOf(['one', 'two'])

test('a real database has no fault; cut or lengthened by any number of bytes it has one', () => {
  expect(headerFault(real.subarray(0, 100), real.length)).toBeNull()
  fc.assert(
    fc.property(fc.nat(real.length * 3), bytes => {
      fc.pre(bytes !== real.length)
      expect(headerFault(real.subarray(0, Math.min(100, bytes)), bytes)).not.toBeNull()
    }),
  )
})

test('no bytes at all make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (head, bytes) => {
      expect(headerFault(Buffer.from(head), bytes)).toBeTypeOf('string')
    }),
  )
})

test('counters can be put in place of others, whatever pieces the file comes in', () => {
  const other = Buffer.from(real)
  for (const at of [24, 27, 40, 43, 92, 99]) other[at] = (other[at] ?? 0) ^ 0xff
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), sizes => {
      const pieces: Buffer[] = []
      let offset = 0
      for (let turn = 0; offset < other.length; turn++) {
        const piece = other.subarray(offset, offset + (sizes[turn % sizes.length] ?? 1))
        pieces.push(withCounters(piece, offset, countersOf(real)))
        offset += piece.length
      }
      expect(Buffer.concat(pieces).equals(real)).toBe(true)
    }),
    { numRuns: 30 },
  )
})
