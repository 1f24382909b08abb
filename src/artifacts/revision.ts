import { execFile } from 'node:child_process'

/**
 * The commit that `folder` stands at, with `-dirty` behind it when something in the folder is not committed; null where
 * there is no git or no commit.
 */
export const revisionOf = async (folder: string): Promise<string | null> => {
  const [commit, changes] = await Promise.all([
    git(folder, 'rev-parse', '--verify', 'HEAD'),
    git(folder, 'status', '--porcelain', '--untracked-files=normal', '--', '.'),
  ])
  if (commit === null || changes === null) return null
  return changes === '' ? commit : `${commit}-dirty`
}

/** What git says, trimmed; null when it says no or is not there. */
const git = (folder: string, ...words: string[]): Promise<string | null> =>
  new Promise(resolve => {
    // It would take a lock to refresh its index, in the way of whoever works there.
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' }
    execFile('git', ['-C', folder, ...words], { env, maxBuffer: 64 << 20 }, (error, stdout) =>
      resolve(error === null ? stdout.trim() : null),
    )
  })
