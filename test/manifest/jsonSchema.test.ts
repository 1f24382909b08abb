import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { jsonSchema } from '../../src/manifest/jsonSchema.ts'

describe('the JSON Schema for editors', () => {
  test('schema/storyarch.schema.json is up to date (`vitest run test/manifest/jsonSchema.test.ts -u` mends it)', async () => {
    const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`
    await expect(text).toMatchFileSnapshot('../../schema/storyarch.schema.json')
  })

  test('explains every key', () => {
    const silent: string[] = []
    const walk = (schema: unknown, path: string): void => {
      const { properties = {}, anyOf = [] } = schema as { properties?: object; anyOf?: unknown[] }
      for (const branch of anyOf) walk(branch, path)
      for (const [key, value] of Object.entries(properties)) {
        const at = `${path}.${key}`
        if (!(value as { description?: string }).description) silent.push(at)
        walk(value, at)
      }
    }
    walk(jsonSchema(), '')
    expect(silent).toEqual([])
  })

  test("every example carries the editor's modeline", () => {
    for (const file of globSync('manifests/*.yaml'))
      expect(readFileSync(file, 'utf8')).toMatch(
        /^# yaml-language-server: \$schema=..\/schema\/storyarch.schema.json\n/,
      )
  })
})
