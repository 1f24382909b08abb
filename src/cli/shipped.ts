import type { Option } from './flags.ts'

/** What a command line says of contents that were shipped before and are to come back. */
export interface ShippedFlags {
  readonly only: string | null
  readonly image: string | null
  readonly frontend: string | null
}

export const imageOption: Option = {
  flags: '--image <digest>',
  summary: 'put back an image that is still stored, by digest or tag (a commit)',
}

export const frontendOption: Option = {
  flags: '--frontend <version>',
  summary: 'put back a release of the site that is still stored, by version or commit',
}

/** The same flags as words of another command line. */
export const shippedWords = ({ only, image, frontend }: ShippedFlags): string[] => [
  ...(only === null ? [] : ['--only', only]),
  ...(image === null ? [] : ['--image', image]),
  ...(frontend === null ? [] : ['--frontend', frontend]),
]
