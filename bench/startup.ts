import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Section } from './report.ts'
import { inTurn } from './statistics.ts'
import { timeProcess } from './timeProcess.ts'

const ROUNDS = 21

/** What it costs to say the version or the help, beside an empty script on the same Node. */
export const startup = async (root: string, scratch: string): Promise<Section> => {
  const empty = join(scratch, 'empty.cjs')
  writeFileSync(empty, '')
  const bin = join(root, 'bin/storyarch.js')
  const cpu =
    (...args: string[]) =>
    async () =>
      (await timeProcess([process.execPath, ...args])).cpuMs
  const { floor, version, help } = await inTurn(ROUNDS, {
    floor: cpu(empty),
    version: cpu(bin, '--version'),
    help: cpu(bin, '--help'),
  })
  const ratio = (what: string, value: number, limit: number) => ({
    what: `CPU of \`storyarch ${what}\` / empty script`,
    value: value / floor,
    unit: 'x',
    limit,
    note: `${value.toFixed(0)} ms against ${floor.toFixed(0)} ms, median of ${ROUNDS}`,
  })
  return { title: 'Start-up', rows: [ratio('--version', version, 1.3), ratio('--help', help, 1.6)] }
}
