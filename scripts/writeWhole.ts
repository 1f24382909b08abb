import { rename, writeFile } from 'node:fs/promises'

/** Readers never see half a file, also when two builds run at once. */
export const writeWhole = async (path: string, bytes: Uint8Array | string): Promise<void> => {
  await writeFile(`${path}.${process.pid}`, bytes)
  await rename(`${path}.${process.pid}`, path)
}
