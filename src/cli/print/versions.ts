import type { DatabaseStatus, VersionStatus } from '../../operations/status/databaseStatus.ts'
import type { Colours } from '../shell.ts'
import { ago } from './ago.ts'
import { bytes } from './bytes.ts'

interface Row {
  readonly atMs: number
  readonly id: string
  readonly size: string
  readonly why: string
  readonly isCurrent: boolean
}

/** Every version and delete marker, the latest first, and what was put aside; empty when there is nothing. */
export const versionLines = (database: DatabaseStatus, nowMs: number, colours: Colours): string[] => {
  const rows: Row[] = [
    ...database.versions.map(version => ({
      atMs: version.atMs,
      id: version.id,
      size: bytes(version.bytes),
      why: whyText(version),
      isCurrent: version.isCurrent,
    })),
    ...database.deleteMarkers.map(({ atMs, id, isCurrent }) => ({
      atMs,
      id,
      size: '-',
      why: 'deleted',
      isCurrent,
    })),
  ].sort((a, b) => b.atMs - a.atMs || Number(b.isCurrent) - Number(a.isCurrent))
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(text => text.length))
  const ages = rows.map(({ atMs }) => ago(atMs, nowMs))
  const [idWidth, sizeWidth, ageWidth] = [
    width(rows.map(({ id }) => id)),
    width(rows.map(({ size }) => size)),
    width(ages),
  ]
  const lines = rows.map(({ atMs, id, size, why, isCurrent }, index) =>
    [
      isCurrent ? colours.green('*') : ' ',
      id.padEnd(idWidth),
      `${new Date(atMs).toISOString().slice(0, 19)}Z`,
      (ages[index] ?? '').padStart(ageWidth),
      size.padStart(sizeWidth),
      why,
    ]
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...asideLines(database, nowMs, colours)]
}

/** Why a version was stored, and by whom. */
export const whyText = ({ origin: { reason, generation, parent } }: VersionStatus): string => {
  const by = generation === null || generation === 'none' ? '' : ` of task ${generation}`
  if (reason === 'restore') return `restored${parent === null ? '' : ` from ${parent.slice(0, 8)}`}`
  return reason === null ? '' : `${reason}${by}`
}

const asideLines = ({ aside }: DatabaseStatus, nowMs: number, colours: Colours): string[] =>
  aside.map(
    ({ why, key, atMs, bytes: size }) =>
      `${colours.yellow('!')}  put aside: ${key}  ${ago(atMs, nowMs)}  ${bytes(size)}  ${why === 'broken' ? 'it was broken' : 'another version was stored meanwhile'}`,
  )
