import type { Backend, Connect } from './api.ts'
import { PageBackend } from './PageBackend.ts'
import { browserPage } from './page.ts'

/** On the page itself: a second copy of this module, loaded under another name, shall not ping as well. */
const ONE = Symbol.for('storyarch.backend')

export const connect: Connect = ({ wake = true, token } = {}) => {
  const page = globalThis as { [ONE]?: Backend }
  const bearer = async () => (typeof token === 'function' ? await token() : (token ?? null))
  page[ONE] ??= new PageBackend(browserPage(import.meta.url, bearer), wake)
  return page[ONE]
}
