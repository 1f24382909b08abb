import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/**
 * Who may import whom (ARCHITECTURE.md, "The house"). Key: folder or file; value: what it may import.
 * `type:` in front: types only, the compiler erases the arrow.
 */
const MAY: Record<string, string[]> = {
  'errors.ts': [],
  'token.ts': [],
  'policy.ts': [],
  'resource.ts': [],
  'awsError.ts': [],
  manifest: ['errors.ts'],
  blueprint: ['manifest', 'resource.ts', 'token.ts', 'policy.ts', 'errors.ts', 'type:provisioners'],
  provisioners: ['provisioners/kit', 'awsError.ts', 'resource.ts', 'policy.ts', 'errors.ts', 'artifacts'],
  artifacts: ['errors.ts'],
  engine: ['resource.ts', 'token.ts', 'errors.ts'],
  operations: ['engine', 'resource.ts', 'errors.ts', 'awsError.ts', 'aws'],
  aws: ['awsError.ts', 'resource.ts', 'errors.ts', 'type:engine'],
  emulator: [],
  cli: ['cli', 'manifest', 'engine', 'operations', 'errors.ts', 'resource.ts', 'awsError.ts'],
  'cli/context.ts': [
    'manifest',
    'blueprint',
    'provisioners',
    'engine',
    'operations',
    'aws',
    'emulator',
    'artifacts',
    'errors.ts',
    'resource.ts',
    'cli',
  ],
  'cli/worldOf.ts': ['cli', 'engine', 'aws', 'provisioners'],
  'cli/localAws.ts': ['cli', 'emulator'],
  'cli/backendOf.ts': ['manifest', 'blueprint', 'type:operations'],
  'cli/shippedArtifacts.ts': ['cli', 'manifest', 'type:blueprint', 'provisioners'],
  'cli/artifactsOf.ts': ['cli', 'manifest', 'blueprint', 'artifacts', 'errors.ts', 'type:provisioners'],
  'cli/siteArtifact.ts': ['cli', 'manifest', 'artifacts', 'type:blueprint', 'type:provisioners'],
  'cli/imageArtifact.ts': ['cli', 'manifest', 'artifacts', 'type:blueprint', 'type:provisioners'],
  runtime: [],
}

const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/gm

/** The house's word for a file: the longest key of MAY that names it. */
const roomOf = (file: string): string =>
  Object.keys(MAY)
    .filter(key => file === key || file.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0] ?? file

const arrows = globSync('src/**/*.{ts,tsx}').flatMap(path => {
  const file = relative('src', path)
  return [...readFileSync(path, 'utf8').matchAll(IMPORT)].map(([, type, from, lazy]) => {
    const to = normalize(join(dirname(file), from ?? lazy ?? ''))
    return { file, to, typeOnly: type !== undefined }
  })
})

describe('the house', () => {
  test('every arrow falls one way', () => {
    const wrong = arrows.filter(({ file, to, typeOnly }) => {
      const room = roomOf(file)
      if (to.startsWith('..')) return !to.endsWith('.json')
      if (room !== 'provisioners' && (roomOf(to) === room || to.startsWith(`${room}/`))) return false
      if (file === 'provisioners/index.ts' && to.startsWith('provisioners/')) return false
      return !(MAY[room] ?? []).some(may => {
        const target = may.replace('type:', '')
        const hit = to === target || to.startsWith(`${target}/`)
        return hit && (typeOnly || !may.startsWith('type:'))
      })
    })
    expect(wrong.map(({ file, to }) => `${file} → ${to}`)).toEqual([])
  })

  test('the arrows were really read', () => expect(arrows.length).toBeGreaterThan(20))
})
