import { describe, expect, test } from 'vitest'
import { faultText, inspect } from '../../src/manifest/load.ts'
import { faultyManifests } from './faultyManifests.ts'

describe('every fault is told at once, with place, value and remedy', () => {
  test.each(faultyManifests)('%s', (_, text, faults) => {
    const told = inspect(text, 'storyarch.yaml').faults.map(fault => faultText('storyarch.yaml', fault))
    expect(told).toEqual(faults.map(fault => `storyarch.yaml:${fault}`))
  })

  test('no secret is ever repeated', () => {
    for (const value of ['correct-horse', '12345', 'true', '[correct-horse]', '{ a: correct-horse }']) {
      const text = `project: a\nenvironment: b\nregion: us-east-1\nbackend: { secrets: { KEY: ${value} } }\n`
      const told = inspect(text, 'm.yaml').faults.map(({ message }) => message)
      expect(told).toHaveLength(1)
      expect(told.join()).not.toMatch(/horse|12345|true/)
    }
  })
})
