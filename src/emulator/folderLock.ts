import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { replaceFile } from './replaceFile.ts'

const SQLITE_BUSY = 5

/** An emulator's folder, taken for this process. */
export interface FolderLock {
  release(): void
}

/**
 * Takes `folder` for this process; null when another one has it. It is the system's own lock on a file, which SQLite knows
 * how to ask for everywhere: it goes with the process, however that ends, so that none is ever left behind.
 */
export const lockFolder = (folder: string): FolderLock | null => {
  const file = new DatabaseSync(join(folder, 'server.lock'))
  try {
    // Nothing is ever written, so it needs no file for undoing.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw error
  }
  return { release: () => file.close() }
}

/** Says who took the folder; whoever has it calls this at once. */
export const signFolder = (folder: string): void =>
  replaceFile(join(folder, 'server.pid'), String(process.pid))

/** The process that has `folder`, whether it answers or not; null when it is free, or taken this very moment. */
export const holderOf = (folder: string): number | null => {
  const path = join(folder, 'server.pid')
  if (!existsSync(path)) return null
  const lock = lockFolder(folder)
  lock?.release()
  return lock ? null : Number(readFileSync(path, 'utf8'))
}
