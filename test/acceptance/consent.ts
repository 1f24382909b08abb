import type { UpOptions } from '../../src/engine/up.ts'

/** `--yes` and nothing else. */
export const yes: UpOptions = {
  adopt: false,
  deleteData: false,
  wants: () => true,
  expect: null,
  forceUnlock: false,
  confirm: async () => true,
}

/** `destroy --yes --delete-data` of a stack whose lease stands in `anchor`. */
export const all = (anchor: string) => ({
  deleteData: true,
  forceUnlock: true,
  anchor,
  suspects: [],
  confirm: async () => true,
})
