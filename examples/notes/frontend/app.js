import { api } from './api.js'
import { connect } from './storyarch.js'

const find = selector => document.querySelector(selector)
const [status, form, problem, list, empty] = ['#backend', '#new', '#problem', '#notes', '#empty'].map(find)

const WORDS = {
  connecting: 'Looking for the backend …',
  asleep: 'Asleep.',
  waking: 'Waking up …',
  ready: 'Ready.',
  failed: 'Not well.',
  offline: 'Out of reach.',
  absent: 'No backend.',
}

const backend = connect()
const notes = api(backend)

const showBackend = () => {
  const { state, message } = backend
  status.dataset.state = state
  const says = state === 'connecting' || (state === 'ready' && backend.callable) ? '' : ` ${message}`
  const text = `${WORDS[state]}${says}`
  // A screen reader reads it again each time it is written.
  if (status.textContent !== text) status.textContent = text
  form.inert = state === 'absent'
}

const showNote = ({ id, text, created_at }) => {
  const item = find('#note').content.cloneNode(true).firstElementChild
  item.querySelector('p').textContent = text
  const time = item.querySelector('time')
  time.dateTime = created_at
  time.textContent = new Date(created_at).toLocaleString()
  const button = item.querySelector('button')
  button.setAttribute('aria-label', `Delete the note "${text.slice(0, 40)}"`)
  button.addEventListener('click', () => attempt(() => notes.remove(id), button))
  return item
}

const show = async () => {
  const all = await notes.list()
  list.replaceChildren(...all.map(showNote))
  empty.hidden = all.length > 0
}

/** Does something, shows what became of the notes, and says so when it did not work. */
const attempt = async (act, button) => {
  problem.hidden = true
  if (button) button.disabled = true
  try {
    await act()
    await show()
    return true
  } catch (error) {
    problem.textContent = error.message
    problem.hidden = false
    return false
  } finally {
    if (button) button.disabled = false
  }
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const added = await attempt(() => notes.add(form.elements.text.value), form.querySelector('button'))
  if (added) form.reset()
})

// Notes typed while the backend wakes are kept in the form; the list is fetched each time it has come up.
let before = null
backend.addEventListener('change', () => {
  showBackend()
  if (backend.state === 'ready' && before !== 'ready') attempt(() => {})
  before = backend.state
})
showBackend()
