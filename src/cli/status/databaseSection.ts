import type { DatabaseStatus } from '../../operations/status/databaseStatus.ts'
import { ago } from '../print/ago.ts'
import { bytes } from '../print/bytes.ts'
import { whyText } from '../print/versions.ts'
import { type Line, shown, span } from './line.ts'

/** The stored versions with age, size and cause; what was put aside. */
export const databaseSection = (database: DatabaseStatus | null, nowMs: number, most: number): Line[] => {
  if (database === null) return [[span('reading …', 'dim')]]
  const { versions, deleteMarkers, aside } = database
  if (versions.length === 0) return [[span('no version yet: the first task that stops stores one', 'dim')]]
  const isDeleted = deleteMarkers.some(({ isCurrent }) => isCurrent)
  const hidden = versions.length - most
  return [
    ...(isDeleted ? [[span('deleted; storyarch db restore brings a version back', 'red')]] : []),
    ...versions
      .slice(0, most)
      .map(
        (version): Line => [
          span(version.isCurrent ? '* ' : '  ', 'green'),
          span(
            `${version.id.slice(0, 12).padEnd(12)}  ${ago(version.atMs, nowMs).padStart(10)}  ${bytes(version.bytes).padStart(8)}`,
          ),
          span(`  ${shown(whyText(version))}`, 'dim'),
        ],
      ),
    ...(hidden > 0 ? [[span(`  and ${hidden} older`, 'dim')]] : []),
    ...aside
      .slice(0, 2)
      .map(({ key, atMs }): Line => [span(`! put aside ${ago(atMs, nowMs)}: ${shown(key)}`, 'yellow')]),
  ]
}
