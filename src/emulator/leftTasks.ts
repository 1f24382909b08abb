import { tasksAreLeft } from './dataplane/stirs.ts'
import { lockFolder } from './folderLock.ts'
import { openStore } from './store.ts'

/** Whether the last server in `folder` has ended without ending its tasks. State that cannot be read tells of none. */
export const tasksAreLeftIn = (folder: string): boolean => {
  const lock = lockFolder(folder)
  if (lock === null) return false
  try {
    const store = openStore(folder)
    const left = tasksAreLeft(store)
    store.close()
    return left
  } catch {
    return false
  } finally {
    lock.release()
  }
}
