import fc from 'fast-check'
import { expect, test } from 'vitest'
import { svgOfScreen } from '../../scripts/svgOfScreen.ts'

const textIn = (svg: string): string[] =>
  [...svg.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, text = '']) =>
    text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
  )

test('words stand where they stood, in their colour', () => {
  const svg = svgOfScreen('Backend\n  \x1b[1;32mREADY\x1b[0m  \x1b[2mstops in 4 min\x1b[22m', 40, 'a < b')
  expect(textIn(svg)).toEqual(['Backend', 'READY', 'stops in 4 min'])
  expect(svg).toContain('<tspan x="32.9" textLength="42.1" fill="#98c379" font-weight="bold">READY</tspan>')
  expect(svg).toContain('<title>a &lt; b</title>')
  expect(svg).toContain('fill-opacity="0.6">stops in 4 min<')
})

test('whatever stands on a screen is in its picture, and nothing of it is markup', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), lines => {
      const words = lines.flatMap(line => line.split(/ {2,}|\s{2,}/)).map(word => word.trim())
      expect(textIn(svgOfScreen(lines.join('\n'), 80, '')).join(' ')).toBe(words.filter(Boolean).join(' '))
    }),
  ))
