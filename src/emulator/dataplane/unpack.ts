import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize, sep } from 'node:path'
import { unzipSync } from 'fflate'
import type { Code } from '../services/lambda/functionRow.ts'

/** The folder below `root` that holds the function's files, unpacked when nobody has yet. */
export const unpacked = async (code: Code, root: string): Promise<string> => {
  const folder = join(root, Buffer.from(code.sha256, 'base64').toString('hex'))
  if (existsSync(folder)) return folder
  // Without it Node would ask the package.json of the user's project what a .js file is.
  await writeFile(join(root, 'package.json'), '{}')
  const draft = `${folder}.${process.pid}.${performance.now()}`
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(code.file)))) {
    const path = normalize(join(draft, name))
    // A name with `..` in it would leave the folder.
    if (name.endsWith('/') || !path.startsWith(draft + sep)) continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  await rename(draft, folder).catch(async error => {
    await rm(draft, { recursive: true, force: true })
    // Two first invocations at once: the other one was quicker.
    if (!existsSync(folder)) throw error
  })
  return folder
}
