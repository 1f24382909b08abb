import { chmod, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readBase } from './base.ts'
import { SIDE_FILES } from './copyDatabase.ts'
import type { Local } from './decide.ts'

/** Where the agent keeps its own files: in the volume, so that a finished file is moved and not copied. */
export const agentFolder = (databasePath: string): string => join(dirname(databasePath), '.storyarch')

/** The file's length; null when there is none. */
export const bytesOf = async (path: string): Promise<number | null> => {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return null
  })
  return found?.size ?? null
}

/** Makes the volume ready and says what lies in it. Journals without their database would ruin the next one. */
export const prepareVolume = async (databasePath: string): Promise<Local> => {
  await mkdir(agentFolder(databasePath), { recursive: true })
  const hasDatabase = (await bytesOf(databasePath)) !== null
  if (!hasDatabase) for (const suffix of SIDE_FILES) await rm(databasePath + suffix, { force: true })
  await openToEveryUser(dirname(databasePath), 0o777)
  return { hasDatabase, base: await readBase(agentFolder(databasePath)) }
}

/** Gives a finished file its name; after this it is there, whole, also when the machine stops. */
export const putInPlace = async (from: string, databasePath: string): Promise<void> => {
  await openToEveryUser(from, 0o666)
  await rename(from, databasePath)
  const folder = await open(dirname(databasePath))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The app may run as any user, and the volume is its task's alone. Only root owns what ECS makes. */
const openToEveryUser = async (path: string, mode: number): Promise<void> => {
  if (process.getuid?.() === 0) await chmod(path, mode)
}
