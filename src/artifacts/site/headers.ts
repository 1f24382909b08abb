import { isHashedName } from './hashedName.ts'

/** How a file is stored: the headers CloudFront and browsers see. */
export interface Headers {
  readonly type: string
  readonly cache: string
}

export const isHtml = ({ type }: Pick<Headers, 'type'>): boolean =>
  /^(text\/html|application\/xhtml)/.test(type)

/** Whether what a browser holds of it stays right for ever: another content has another name. */
export const isLasting = (path: string, { cache }: Pick<Headers, 'cache'>): boolean =>
  /\bimmutable\b/.test(cache) || isHashedName(path)
