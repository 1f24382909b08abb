import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Board } from '../../../src/cli/status/board.ts'
import { type Line, shown, widthOf } from '../../../src/cli/status/line.ts'
import { reduce } from '../../../src/cli/status/reduce.ts'
import { screen, window } from '../../../src/cli/status/screen.ts'
import { anyEvent, firstBoard } from './anyBoard.ts'

const anyBoard = fc
  .tuple(fc.boolean(), fc.array(anyEvent, { maxLength: 15 }))
  .map(([hasBackend, events]) =>
    events.reduce<Board>((board, event) => reduce(board, event).board, firstBoard(hasBackend)),
  )

const text = (line: Line): string => line.map(({ text }) => text).join('')

describe('the screen', () => {
  test('never exceeds the width, and holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(anyBoard, fc.integer({ min: 20, max: 220 }), (board, width) => {
        for (const line of screen(board, width)) {
          expect(widthOf(line)).toBeLessThanOrEqual(width)
          expect(text(line)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
        }
      }),
    )
  })

  test('fits the window, its keys on the last line', () => {
    fc.assert(
      fc.property(
        anyBoard,
        fc.integer({ min: 44, max: 200 }),
        fc.integer({ min: 10, max: 60 }),
        (board, columns, rows) => {
          const lines = window(board, { columns, rows })
          expect(lines.length).toBeLessThan(rows)
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
          expect(text(lines.at(-1) ?? [])).toContain('q quit')
        },
      ),
    )
  })

  test('tells the state of every resource', () => {
    fc.assert(
      fc.property(anyBoard, board => {
        const all = screen(board, 100).map(text).join('\n')
        for (const { id } of board.stack?.resources ?? []) expect(all).toContain(id)
      }),
    )
  })
})

test('texts of others come on one line, in letters that take one column', () => {
  expect(shown('\x1b[2Jhéllo\r\nwörld 日本')).toBe('[2Jhéllo wörld')
})
