import { UserError } from '../errors.ts'

/** A fact and a next act for what the file system refuses. */
export const cannotRead =
  (path: string) =>
  (cause: NodeJS.ErrnoException): never => {
    if (cause.code === 'ENOENT')
      throw new UserError(
        `${path} does not exist.`,
        'Check the path in the manifest; it is relative to the manifest.',
        { cause },
      )
    throw new UserError(
      `${path} cannot be read: ${cause.code ?? cause.message}.`,
      'Give yourself the right to read it, or move it elsewhere.',
      { cause },
    )
  }
