import type { Answer } from './answer.ts'
import type { HttpResponse } from './http.ts'

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto; padding: 0 1rem; text-align: center }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }
progress { width: 100% }
[hidden] { display: none }`

/** Asks how the backend is until the app answers, then goes there. It never pings: a forgotten tab keeps nothing alive. */
const SCRIPT = `
const see = id => document.getElementById(id)
const headers = {}
const ask = async action => {
  let answer
  try {
    const response = await fetch('?action=' + action, { method: action === 'start' ? 'POST' : 'GET', headers })
    answer = await response.json()
    if (response.status === 401) answer.locked = true
  } catch {
    answer = { status: 'starting', message: 'No answer. Asking again.' }
  }
  show(answer)
}
const show = answer => {
  see('message').textContent = answer.message
  if (answer.ready && answer.url) return location.replace(answer.url)
  const waits = ['started', 'starting', 'running', 'stopping'].includes(answer.status)
  see('progress').hidden = !waits
  see('again').hidden = waits || answer.locked === true
  see('door').hidden = answer.locked !== true
  if (waits) setTimeout(ask, (answer.retry_after || 2) * 1000, 'status')
}
see('again').onclick = () => ask('start')
see('door').onsubmit = event => {
  event.preventDefault()
  headers.authorization = 'Bearer ' + see('token').value
  ask('start')
}
show(JSON.parse(document.body.dataset.answer))`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => ENTITIES[letter] ?? '')

/** For people: waits for the app and forwards to it. Loads nothing from elsewhere; without scripts it reloads itself. */
export const startPage = (
  statusCode: number,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  nonce: string,
): HttpResponse => {
  if (answer.ready && answer.url !== null)
    return { statusCode: 303, headers: { location: answer.url, 'cache-control': 'no-store' }, body: '' }
  const waits = answer.retry_after !== null && statusCode === 200
  const shown = statusCode === 401 ? { ...answer, locked: true } : answer
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      ...headers,
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Starting</title>
${waits ? '<noscript><meta http-equiv="refresh" content="5"></noscript>' : ''}
<style nonce="${nonce}">${STYLE}</style>
<body data-answer="${escaped(JSON.stringify(shown))}">
<p id="message" role="status">${escaped(answer.message)}</p>
<progress id="progress"${waits ? '' : ' hidden'}></progress>
<button id="again" hidden>Start</button>
<form id="door" hidden><label>Token <input id="token" type="password" autocomplete="current-password" required></label> <button>Start</button></form>
<script nonce="${nonce}">${SCRIPT}</script>
`,
  }
}
