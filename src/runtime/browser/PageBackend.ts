import type { Answer, Backend, BackendState } from './api.ts'
import { callable } from './callable.ts'
import type { Page, Told } from './page.ts'
import { step } from './step.ts'
import { talk } from './talk.ts'
import { newWatch, type Watch, type WatchEvent } from './watch.ts'

/** Nothing else that a page sees changes without one of these. */
const SEEN = ['state', 'message', 'answer'] as const

/** Carries out on a page what `step` decides. */
export class PageBackend extends EventTarget implements Backend {
  readonly #page: Page
  #watch: Watch
  #callOff = () => {}
  #tell = (_: Told) => {}

  constructor(page: Page, wake: boolean) {
    super()
    this.#page = page
    this.#watch = newWatch(wake ? 'wake' : 'look', page.isVisible(), page.now())
    page.onChange(() => this.#happened({ type: page.isVisible() ? 'shown' : 'hidden' }))
    this.#setTimer()
  }

  get state(): BackendState {
    return this.#watch.state
  }
  get message(): string {
    return this.callable || this.url === null
      ? this.#watch.message
      : `The backend is ready at ${this.url}, which this page may not call.`
  }
  get url(): string | null {
    return this.#watch.url
  }
  get callable(): boolean {
    return this.url !== null && callable(this.#page.isSecure, this.url)
  }
  get wakingSince(): number | null {
    return this.#watch.wakingSince
  }
  get answer(): Answer | null {
    return this.#watch.answer
  }

  wake(): void {
    this.#happened({ type: 'wake' })
  }

  stop(): void {
    this.#happened({ type: 'stop' })
  }

  ready(): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const { url, wish, message } = this.#watch
        if (url !== null) resolve(url)
        else if (wish === 'rest') reject(new Error(message))
        else return
        this.removeEventListener('change', look)
      }
      this.addEventListener('change', look)
      look()
      if (this.#watch.wish === 'look') this.wake()
    })
  }

  async fetch(path: string, init?: RequestInit): Promise<Response> {
    const url = await this.ready()
    if (!this.callable) throw new Error(this.message)
    try {
      return await this.#page.fetch(url + path, init)
    } catch (error) {
      this.#happened({ type: 'doubt' })
      throw error
    }
  }

  #happened(event: WatchEvent): void {
    const before = this.#watch
    const watch = step(before, event, { now: this.#page.now(), random: this.#page.random() })
    this.#watch = watch
    this.#setTimer()
    if (event.type === 'configured') this.#join(event.config.startUrl)
    if (event.type === 'answered' && before.asking !== null)
      this.#tell({ ask: before.asking, answer: event.answer })
    if (watch.asking !== null && before.asking === null)
      talk(watch.asking, watch.config, this.#page).then(answer => this.#happened(answer))
    if (SEEN.some(value => watch[value] !== before[value])) this.dispatchEvent(new Event('change'))
  }

  #setTimer(): void {
    this.#callOff()
    const { next } = this.#watch
    if (next === null) return
    this.#callOff = this.#page.setTimer(() => this.#happened({ type: 'due' }), next.at - this.#page.now())
  }

  #join(startUrl: string | null): void {
    if (startUrl === null) return
    this.#tell = this.#page.join(startUrl, told => this.#happened({ type: 'overheard', ...told }))
  }
}
