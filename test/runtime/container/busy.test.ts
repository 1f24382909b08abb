import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBusy } from '../../../src/runtime/container/busy.ts'

describe('an app is busy', () => {
  test.for<[string, number | null]>([
    ['{"until": 1795696551}', 1_795_696_551],
    ['{"until": 1795696551.25, "why": "a report"}', 1_795_696_551.25],
    ['{"until": "2026-11-26T18:00:00Z"}', Date.UTC(2026, 10, 26, 18) / 1000],
    ['{"until": "2026-11-26T18:00:00.5+01:00"}', Date.UTC(2026, 10, 26, 17) / 1000 + 0.5],
    ['{"until": null}', null],
    ['{"until": 0}', 0],
  ])('%s', ([body, until]) => expect(readBusy(body)).toEqual({ until }))

  test('until any second of this millennium, however it is written', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2999-12-31'), noInvalidDate: true }), date => {
        const until = date.getTime() / 1000
        expect(readBusy(JSON.stringify({ until }))).toEqual({ until })
        expect(readBusy(JSON.stringify({ until: date.toISOString() }))).toEqual({ until })
      }),
    )
  })
})

describe('is not understood, and told how to say it', () => {
  test.for([
    ['', /not JSON/],
    ['busy', /not JSON/],
    ['[]', /no "until"/],
    ['"soon"', /no "until"/],
    ['{"Until": 1}', /no "until"/],
    ['{"until": "soon"}', /no time/],
    ['{"until": "2026-11-26T18:00:00"}', /zone/],
    ['{"until": "2026-13-45T99:00:00Z"}', /no time/],
    ['{"until": true}', /no time/],
    ['{"until": -1}', /epoch seconds/],
    ['{"until": 1795696551000}', /epoch seconds/],
  ] as const)('%s', ([body, why]) => {
    expect(readBusy(body)).toMatch(why)
    expect(readBusy(body)).toContain('{"until": …}')
  })

  test('nothing that anybody sends breaks it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), body => {
        const said = readBusy(body)
        expect(typeof said === 'string' || said.until === null || said.until >= 0).toBe(true)
      }),
    )
  })
})
