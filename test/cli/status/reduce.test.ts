import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Board, Deed } from '../../../src/cli/status/board.ts'
import { type BoardEvent, reduce } from '../../../src/cli/status/reduce.ts'
import { anyBackend, anyEvent, firstBoard } from './anyBoard.ts'

/** The board after `events`, and the deeds that were to be done on the way. */
const after = (events: readonly BoardEvent[], first: Board = firstBoard()) =>
  events.reduce<{ board: Board; deeds: Deed[] }>(
    ({ board, deeds }, event) => {
      const reaction = reduce(board, event)
      return { board: reaction.board, deeds: reaction.deed === null ? deeds : [...deeds, reaction.deed] }
    },
    { board: first, deeds: [] },
  )

const key = (key: string): BoardEvent => ({ type: 'key', key })

describe('the dashboard', () => {
  test.each([
    ['w', ['wake']],
    ['p', ['ping']],
    ['s', []],
    ['sy', ['stop']],
    ['sY', ['stop']],
    ['sn', []],
    ['sq', []],
    ['x', []],
    ['ww', ['wake']],
  ])('%s: does %j', (keys, deeds) => {
    expect(after([...keys].map(key)).deeds).toEqual(deeds)
  })

  test('does one thing at a time', () => {
    const { board, deeds } = after([key('w'), key('p'), key('s')])
    expect(deeds).toEqual(['wake'])
    expect(board.said?.text).toBe('Still at it: wake.')
    const done: BoardEvent = { type: 'did', deed: 'wake', text: 'ok', isBad: false }
    expect(after([done, key('p')], board).deeds).toEqual(['ping'])
  })

  test('does nothing to a site without a backend', () => {
    const { board, deeds } = after([...'wpsyl'].map(key), firstBoard(false))
    expect(deeds).toEqual([])
    expect(board.log).toBeNull()
  })

  test('keeps what was read when it cannot be read again, and says why', () => {
    const { board } = after([
      { type: 'read', part: { alarm: 'OK' }, nowMs: 5 },
      { type: 'unreadable', part: 'alarm', why: 'timeout' },
    ])
    expect(board).toMatchObject({ alarm: 'OK', unreadable: { alarm: 'timeout' }, nowMs: 5 })
    expect(after([{ type: 'read', part: { alarm: 'ALARM' }, nowMs: 6 }], board).board.unreadable).toEqual({})
  })

  test('once the backend is ready nobody is told to wait', () =>
    fc.assert(
      fc.property(anyBackend, fc.boolean(), (backend, isBad) => {
        const read = (state: 'STARTING' | 'READY'): BoardEvent => ({
          type: 'read',
          part: { backend: { ...backend, state } },
          nowMs: 5,
        })
        const waits: BoardEvent = { type: 'did', deed: 'wake', text: 'Please wait.', isBad }
        const { board } = after([read('STARTING'), waits, read('STARTING')])
        expect(board.said?.text).toBe('Please wait.')
        expect(after([read('READY')], board).board.said).toEqual(isBad ? board.said : null)
      }),
    ))

  test('never stops without a y right after the question', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
        let board = firstBoard()
        for (const event of events) {
          const reaction = reduce(board, event)
          if (reaction.deed === 'stop') {
            expect(board.asking).toBe('stop')
            expect(event).toMatchObject({ type: 'key', key: 'y' })
          }
          if (reaction.deed !== null) expect(board.doing).toBeNull()
          board = reaction.board
        }
      }),
    )
  })

  test('ends once and for good', () => {
    fc.assert(
      fc.property(fc.array(anyEvent), fc.constantFrom('q', 'ctrl-c'), (events, way) => {
        const ended = reduce(firstBoard(), key(way)).board
        expect(ended.ended).toBe(way === 'q' ? 'quit' : 'interrupted')
        expect(after(events, ended)).toEqual({ board: ended, deeds: [] })
      }),
    )
  })

  test('keeps a bounded log, only while it is open', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), events => {
        const { board } = after(events)
        expect(board.log?.length ?? 0).toBeLessThanOrEqual(500)
      }),
    )
  })
})
