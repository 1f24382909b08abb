/** `--since` of `-s, --since <duration>`; empty when there is none. */
export const longFlag = (flags: string): string => /--[\w-]+/.exec(flags)?.[0] ?? ''
